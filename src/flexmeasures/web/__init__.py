"""What the machine and the human interface share."""
