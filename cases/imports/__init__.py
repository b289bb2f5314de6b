"""Dossiers from a file: each row says where one stands, and is imported or told to be wrong."""
