"""The board's pages: `/board/<office>`, for a screen in the hall, and for everyone who waits.

Open to all: it shows what the hall can see anyway, labels and counters, and no person. Whoever runs
a site may put it in a frame. The page works without a script, by loading itself again; with one it
asks for its changing part, `/board/<office>/now`.
"""

import hashlib
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request

import moment
from locales.catalogues import SOURCE
from queues.board import state, words

_HERE = Path(__file__).parent
_YEAR = 31_536_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def version() -> str:
    """Another one when a page or what belongs to it has changed: a board that hangs loads itself
    anew then."""
    found = hashlib.sha256()
    for folder in ("static", "templates/board"):
        for path in sorted((_HERE / folder).iterdir()):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def blueprint() -> Blueprint:
    made = Blueprint(
        "board",
        __name__,
        url_prefix="/board",
        static_folder="static",
        template_folder="templates",
    )
    here = version()

    @made.context_processor
    def _always() -> dict[str, object]:
        return {"version": here, "words": words}

    @made.after_request
    def _sealed(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint == "board.static" and request.args.get("v") == here:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    @made.get("/")
    def boards() -> Response:
        return _listed(200)

    @made.get("/<code>")
    def page(code: str) -> Response:
        return _shown("board/page.html", code)

    @made.get("/<code>/now")
    def now(code: str) -> Response:
        return _shown("board/now.html", code)

    return made


def _shown(template: str, code: str) -> Response:
    board = state.board(code, moment.now())
    if board is None:
        return _listed(404)
    return _fresh(render_template(template, board=board))


def _listed(status: int) -> Response:
    offices = state.offices(moment.now())
    languages = offices[0].languages if offices else (SOURCE,)
    missing = status == 404
    html = render_template(
        "board/offices.html", offices=offices, languages=languages, missing=missing
    )
    return make_response(html, status) if missing else _fresh(html)


def _fresh(html: str) -> Response:
    """To be asked for each time, and sent only where it has changed."""
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(html.encode()).hexdigest()[:20])
    response.make_conditional(request)
    response.headers.pop("Date", None)  # the server's own
    return response
