"""Every setting of the platform: its documented name, its type, its default and what it means."""
