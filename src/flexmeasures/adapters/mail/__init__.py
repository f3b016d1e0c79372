"""Mail to users."""
