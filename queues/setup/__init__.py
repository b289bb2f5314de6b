"""Offices as a YAML file: read and checked, written to the database, written out again."""
