"""Case types and procedures: data that administrators keep in YAML, checked before it is used."""
