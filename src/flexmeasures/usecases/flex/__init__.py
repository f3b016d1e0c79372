"""What people say of flexibility: read, completed from the asset tree, and made a problem to schedule."""
