"""Every setting, with type, default and meaning."""
