"""Translations: gettext catalogues, and the texts and values put into them."""
