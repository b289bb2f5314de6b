"""The demo: the fictional Commune de Keur Exemple. All of it is invented, and always the same."""
