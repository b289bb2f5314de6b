"""Dossiers: references, statuses, who may read them; papers and prices before one goes."""
