"""Values that come in files: read, checked, shown, and only then kept."""
