"""One function for each thing a user or a job can have done."""
