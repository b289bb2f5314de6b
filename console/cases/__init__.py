"""Dossiers and citizens at the console: found, read, moved on, begun; what there was with one."""
