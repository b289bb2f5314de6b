"""How long an administrator waits for a large menu."""
