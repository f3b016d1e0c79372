"""Fixtures of the platform's own tests: those that it ships for plug-ins."""

pytest_plugins = ["flexmeasures.testing.plugin", "flexmeasures.testing.web"]
