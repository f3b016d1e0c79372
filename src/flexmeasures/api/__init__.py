"""For machines: HTTP messages in and out."""
