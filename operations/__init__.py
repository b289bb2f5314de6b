"""Running Guichet: processes, the embedded Redis, health, and their commands."""
