"""Pages from their templates, with the words, and with what tells one version from another."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import render_template

from queues.board import words

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def version() -> str:
    """Another one when a page or what belongs to it has changed: a board that hangs loads itself
    anew then."""
    found = hashlib.sha256()
    for folder in ("static", "templates/board"):
        for path in sorted((_HERE / folder).iterdir()):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def rendered(template: str, **values: object) -> str:
    return render_template(f"board/{template}", version=version(), words=words, **values)
