"""What the running system says of itself: logs and metrics."""
