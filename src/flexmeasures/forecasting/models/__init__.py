"""Models, one in each module."""
