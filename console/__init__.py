"""The web console: what staff see. `pages.py` is where its pages come together."""
