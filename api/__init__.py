"""What other programs read and write as JSON: offices, waits and calls without a sign-in; dossiers
with a token; and webhooks, by which they are told."""
