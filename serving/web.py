"""Pages for people, of whichever room: what goes out with each (what browsers may do with it, that
they don't keep it), and files that are named by what is in them, so that browsers keep them for
good and still get a new one at once.

    files = Files(Path(__file__).parent / "static")
    files.version("console.css")            goes into the file's address
    files.answer(version, "console.css")    what that address answers
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from flask import Response, abort, request

PREFIXES: Final = ("/console", "/phone")  # what is elsewhere sees to itself, or talks to machines

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'none'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
EMBEDDED: Final = _POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")  # in ours
_TYPES: Final = {".css": "text/css", ".js": "text/javascript"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_WORTH_PACKING: Final = 600  # bytes; below, it costs more than it saves


def is_a_page() -> bool:
    return any(request.path == one or request.path.startswith(f"{one}/") for one in PREFIXES)


def dress(response: Response) -> Response:
    """What a page's own blueprint has said before is left as it is."""
    if not is_a_page():
        return response
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    return _packed(response)


def _packed(response: Response) -> Response:
    """Gzip, where it is understood: on slow lines a page comes in a third of the time."""
    if (
        response.mimetype not in ("text/html", "application/json", "image/svg+xml")
        or response.is_streamed
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if request.accept_encodings.quality("gzip") and len(body) >= _WORTH_PACKING:
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
    return response


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    packed: bytes
    version: str
    kind: str


class Files:
    """The style sheets and scripts of a folder, read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _all(self) -> dict[str, File]:
        return {
            path.name: _file(path)
            for path in sorted(self._folder.iterdir())
            if path.suffix in _TYPES
        }

    def version(self, name: str) -> str:
        """Raises KeyError for what is none."""
        return self._all[name].version

    def answer(self, version: str, name: str) -> Response:
        found = self._all.get(name)
        if found is None:
            abort(404)
        packs = request.accept_encodings.quality("gzip") > 0
        response = Response(found.packed if packs else found.body, content_type=found.kind)
        if packs:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        # Another release's page may ask for its own: it gets ours, and keeps it no longer.
        response.headers["Cache-Control"] = _FOR_GOOD if version == found.version else "no-cache"
        return response


def _file(path: Path) -> File:
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:12]
    kind = f"{_TYPES[path.suffix]}; charset=utf-8"
    return File(body, gzip.compress(body, 9, mtime=0), version, kind)
