"""Staff: who works here, how they prove it, and what each may do."""
