"""Fakes of everything the platform needs from outside, kept in memory and held to the real thing by tests."""
