"""The SMS channel: texts, the outbox, delivery, gateways."""
