"""What can be scheduled: one module for each kind of device."""
