"""The console's pages. Each says who may use it, or it can't exist:

    @page.route("/queue", may=AGENT)
    def queue() -> str: ...

`may` is the least role of the ladder, or `TRANSLATOR` for pages of texts; `ANY_ROLE` is for whoever
has signed in, `ANYONE` also for those who have not. `by_itself=True` is for
what scripts ask for again and again: it doesn't count as somebody being there. `takes` is how many
bytes may be sent to it, where that is more than a form. `without_second_step=True` is for what one
may do before one has the second step of signing in that one's role must have.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from citizens import audit
from console import sessions
from console.speaking import _
from staff.models import ANY_ROLE, ROLES

ANYONE = "anyone"
MOST_BYTES = 1 << 20  # of a form

csrf = CSRFProtect()


class SignedOut(Exception):
    """Something was sent by one whose session has ended."""


class Pages(Blueprint):
    """A blueprint whose routes declare who may use them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.may: dict[str, str] = {}
        self.by_themselves: set[str] = set()
        self.takes: dict[str, int] = {}
        self.without_second_step: set[str] = set()

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        least = options.pop("may", None)
        if least not in (*ROLES, ANY_ROLE, ANYONE):
            raise TypeError(f"{rule}: say who may use it: may=AGENT, MANAGER, …")
        name = endpoint or getattr(view_func, "__name__", rule)
        self.may[f"{self.name}.{name}"] = least
        self.takes[f"{self.name}.{name}"] = options.pop("takes", MOST_BYTES)
        if options.pop("by_itself", False):
            self.by_themselves.add(f"{self.name}.{name}")
        if options.pop("without_second_step", False):
            self.without_second_step.add(f"{self.name}.{name}")
        super().add_url_rule(rule, name, view_func, provide_automatic_options, **options)


page = Pages("console", __name__, url_prefix="/console", template_folder="templates")


@page.before_request
def admit() -> ResponseReturnValue | None:
    audit.here(request.remote_addr)
    endpoint = request.endpoint or ""
    least = page.may.get(endpoint)
    if least is None:
        abort(403)
    request.max_content_length = page.takes.get(endpoint, MOST_BYTES)
    g.by_itself = endpoint in page.by_themselves
    if least != ANYONE:
        staff = sessions.who()
        if staff is None:
            return _to_sign_in()
        if not staff.may(least):
            abort(403)
        if sessions.lacks_second_step(staff) and endpoint not in page.without_second_step:
            return redirect(url_for("console.two_steps"), 303)
    csrf.protect()
    return None


@page.teardown_request
def leave(_problem: BaseException | None) -> None:
    audit.here(None)


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    if g.get("has_ended"):
        flash(_("Votre session est terminée : connectez-vous à nouveau."), "attention")
    wanted = request.full_path.rstrip("?") if request.path != url_for("console.today") else None
    return redirect(url_for("console.sign_in", next=wanted))
