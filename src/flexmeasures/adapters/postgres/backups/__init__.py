"""Copies of what is kept: whole dumps, and folders of tables."""
