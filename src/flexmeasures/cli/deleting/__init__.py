"""Commands that remove things."""
