"""What other programs read from us: offices, waits and calls as JSON, without a sign-in."""
