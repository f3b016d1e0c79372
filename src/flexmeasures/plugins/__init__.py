"""What plug-ins can offer."""
