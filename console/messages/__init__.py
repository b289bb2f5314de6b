"""SMS at the console: what went out and came in, providers, one text to many, consent, keywords."""
