"""Menus: which there are, edited screen by screen, a draft looked at and published, the YAML."""
