"""Weather services."""
