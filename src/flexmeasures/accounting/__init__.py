"""Value, share and settle flexibility."""
