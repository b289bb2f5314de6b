"""Menus on the console: what citizens dial, edited, translated and published."""
