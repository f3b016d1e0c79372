"""What happens, written down: key and value, in the instance folder."""
