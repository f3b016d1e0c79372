"""What the use cases need from outside: a protocol for each subject, and the platform that holds them."""
