"""Offices on the console: what they are, when they are open, who serves what. It edits the same
shape as the file of docs/offices.md, and goes the same way into the database."""
