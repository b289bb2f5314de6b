"""What citizens and figures tell of the service: surveys."""
