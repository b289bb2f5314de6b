"""The person behind a phone number: language, later consent and privacy."""
