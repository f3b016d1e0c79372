"""The queue: names of jobs to use cases."""
