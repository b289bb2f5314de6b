"""Style sheet and script."""

from pathlib import Path

from flask import Response, url_for

from console.pages import ANYONE, page
from serving.web import Files

_FILES = Files(Path(__file__).parent / "static")


def static_url(name: str) -> str:
    return url_for("console.static_file", version=_FILES.version(name), name=name)


@page.route("/static/<version>/<name>", may=ANYONE)
def static_file(version: str, name: str) -> Response:
    return _FILES.answer(version, name)
