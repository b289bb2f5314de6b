"""When something is not there, not allowed or broken: a page that says so, and what to do.

Nothing that was typed is lost: what was sent when the session had ended, or from a page that had
grown old, is shown again. Sent again at a touch only where the browser says that it came from our
own page; else somebody else's page could have it sent.
"""

import logging
from dataclasses import dataclass
from typing import Final

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from console import sessions
from console.pages import SignedOut, page
from console.speaking import N_
from serving.web import is_a_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    what_to_do: str


_WORDS: Final = {
    400: Words(
        N_("Cette demande n'est pas complète"),
        N_("Revenez à la page d'avant, et recommencez."),
    ),
    403: Words(
        N_("Cette page n'est pas pour votre rôle"),
        N_("Demandez à votre responsable ou à l'administrateur de le faire, ou l'accès."),
    ),
    404: Words(
        N_("Il n'y a rien à cette adresse"),
        N_("Vérifiez l'adresse, ou repartez de la première page."),
    ),
    405: Words(
        N_("Cette adresse ne s'ouvre pas ainsi"),
        N_("Repartez de la première page."),
    ),
    413: Words(
        N_("C'est trop grand pour être envoyé"),
        N_("Revenez à la page d'avant, et envoyez moins à la fois."),
    ),
    429: Words(
        N_("C'est trop à la fois"),
        N_("Attendez une minute, puis recommencez."),
    ),
    500: Words(
        N_("Quelque chose a cassé chez nous"),
        N_("Recommencez. Si cela ne passe pas, donnez ce numéro à l'administrateur :"),
    ),
    503: Words(
        N_("La base de données ne répond pas"),
        N_("Rien n'est perdu. Attendez une minute, puis rechargez la page."),
    ),
}
_OLD = Words(
    N_("Cette page avait vieilli"),
    N_("Rien n'a été enregistré. Voici ce que vous aviez écrit."),
)
_ENDED = Words(
    N_("Votre session est terminée"),
    N_("Rien n'a été enregistré. Voici ce que vous aviez écrit : copiez-le, puis connectez-vous."),
)
_SECRET = ("password", "now", "new", "again", "pin", "code", "secret", "csrf_token")  # never shown


@page.errorhandler(HTTPException)
def of_http(problem: HTTPException) -> ResponseReturnValue:
    """Where machines ask, the answer stays what it was."""
    if not is_a_page():
        return problem
    code = problem.code or 500
    if code < 400:
        return problem
    if code >= 500:
        _know_nobody()
    return _page(code, _WORDS.get(code, _WORDS[500 if code >= 500 else 400]))


@page.errorhandler(SQLAlchemyError)
def of_database(problem: SQLAlchemyError) -> ResponseReturnValue:
    log.error("%s: the database: %s", request.endpoint, type(problem).__name__)
    _know_nobody()
    return _page(503, _WORDS[503])


@page.errorhandler(CSRFError)
def of_old_page(_problem: CSRFError) -> ResponseReturnValue:
    sends_again = (
        sessions.who() is not None and request.headers.get("Sec-Fetch-Site") == "same-origin"
    )
    return _page(400, _OLD, kept=_typed(), sends_again=sends_again)


@page.errorhandler(SignedOut)
def of_ended_session(_problem: SignedOut) -> ResponseReturnValue:
    return _page(401, _ENDED, kept=_typed())


def _page(
    code: int, words: Words, kept: list[tuple[str, str]] | None = None, sends_again: bool = False
) -> ResponseReturnValue:
    return (
        render_template(
            "error.html", code=code, words=words, kept=kept or [], sends_again=sends_again
        ),
        code,
    )


def _typed() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _SECRET and value.strip()
    ]


def _know_nobody() -> None:
    """A page that asks the database for nothing: who is there, or which office, is left out."""
    g.staff, g.office = None, None
