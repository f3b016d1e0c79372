"""Fixtures, factories and fakes for the tests of FlexMeasures and its plug-ins."""
