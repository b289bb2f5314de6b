"""Style sheet and script: read once, and named by what is in them, so that browsers keep them for
good and still get a new one at once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request, url_for

from console.pages import ANYONE, page

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    version: str
    kind: str


@lru_cache
def asset(name: str) -> Asset:
    """Raises KeyError for what is none."""
    path = _FOLDER / name
    if path.parent != _FOLDER or not path.is_file():
        raise KeyError(name)
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:12]
    kind = f"{_TYPES[path.suffix]}; charset=utf-8"
    return Asset(body, gzip.compress(body, 9, mtime=0), version, kind)


def static_url(name: str) -> str:
    return url_for("console.static_file", version=asset(name).version, name=name)


@page.route("/static/<version>/<name>", may=ANYONE)
def static_file(version: str, name: str) -> Response:
    try:
        found = asset(name)
    except KeyError:
        abort(404)
    packs = request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if packs else found.body, content_type=found.kind)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    # Another release's page may ask for its own: it gets ours, and keeps it no longer than needed.
    response.headers["Cache-Control"] = _FOR_GOOD if version == found.version else "no-cache"
    return response
