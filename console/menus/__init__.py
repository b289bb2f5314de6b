"""Menus: which there are, a draft looked at and published, what was published when, the YAML."""
