"""The board's pages: `/board/<office>`, for a screen in the hall, and for everyone who waits.

Open to all: it shows what the hall can see anyway, labels and counters, and no person. Whoever runs
a site may put it in a frame. The page works without a script, by loading itself again; with one it
asks for its changing part, `/board/<office>/now`.
"""

import hashlib

from flask import Blueprint, Response, make_response, request

import moment
from locales.catalogues import SOURCE
from queues.board import state
from queues.board.looks import rendered, version

_YEAR = 31_536_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def blueprint() -> Blueprint:
    made = Blueprint(
        "board",
        __name__,
        url_prefix="/board",
        static_folder="static",
        template_folder="templates",
    )

    @made.after_request
    def _sealed(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint == "board.static" and request.args.get("v") == version():
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    @made.get("/")
    def boards() -> Response:
        return _listed(200)

    @made.get("/<code>")
    def page(code: str) -> Response:
        return _shown("page.html", code)

    @made.get("/<code>/now")
    def now(code: str) -> Response:
        return _shown("now.html", code)

    return made


def _shown(template: str, code: str) -> Response:
    board = state.board(code, moment.now())
    if board is None:
        return _listed(404)
    return _fresh(rendered(template, board=board))


def _listed(status: int) -> Response:
    offices = state.offices(moment.now())
    languages = offices[0].languages if offices else (SOURCE,)
    missing = status == 404
    html = rendered("offices.html", offices=offices, languages=languages, missing=missing)
    return make_response(html, status) if missing else _fresh(html)


def _fresh(html: str) -> Response:
    """To be asked for each time, and sent only where it has changed."""
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(html.encode()).hexdigest()[:20])
    response.make_conditional(request)
    response.headers.pop("Date", None)  # the server's own
    return response
