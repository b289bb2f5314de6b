"""`/phone`: a phone to dial with, in a page. Works without a script, better with one.

Open to all in a demo, else to staff who have signed in (`WEB_PHONE`). It dials as numbers that are
nobody's, and reads the SMS of such: no choice of a number leads to a person. In production nothing
of it is done: calls are played in memory.
"""

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from api import pace
from api.problems import Problem
from citizens import news
from citizens.directory import keep_language
from console import errors, sessions
from console.pages import SignedOut, csrf
from console.phone import calls, inbox
from console.phone.asked import NETWORKS, Asked, Rules
from console.phone.calls import Broken, Call, Setup
from console.phone.trees import BrokenTree, Choice, compiled, offered
from console.speaking import _
from database import reading, writing
from menus.actions import ACTIONS, FIRST_DIAL
from menus.tree import Tree
from serving.web import EMBEDDED
from settings import current
from staff.models import ADMINISTRATOR
from ussd.callback import Callback
from ussd.gateways import NotAScreen, all_gateways

PER_MINUTE = 120  # requests of an address that has not signed in
_MOST_BYTES = 1 << 18

phone = Blueprint("phone", __name__, url_prefix="/phone")
phone.register_error_handler(HTTPException, errors.of_http)
phone.register_error_handler(SQLAlchemyError, errors.of_database)
phone.register_error_handler(CSRFError, errors.of_old_page)
phone.register_error_handler(SignedOut, errors.of_ended_session)


@phone.before_request
def admit() -> ResponseReturnValue | None:
    request.max_content_length = _MOST_BYTES
    g.by_itself = request.endpoint == "phone.messages"
    if sessions.who() is None:
        if not current().phone_for_anyone:
            return _to_sign_in()
        try:
            pace.keep(f"phone:{request.remote_addr}", PER_MINUTE)
        except Problem:
            abort(429)
    csrf.protect()
    return None


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    return redirect(url_for("console.sign_in", next=request.full_path.rstrip("?")))


@dataclass(slots=True)
class Seen:
    """What the page shows: a call, and what stands in its settings."""

    rules: Rules
    call: Call
    typed: str = ""
    wrong: str = ""
    problem: str = ""
    steps: tuple[str, ...] = ()


@phone.route("", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    rules = _rules()
    seen = _sent(rules) if request.method == "POST" else _linked(rules)
    if seen is None:
        return _nothing()
    return _page(seen)


@phone.route("/messages", methods=["POST"])
def messages() -> ResponseReturnValue:
    """The SMS alone, for the script: nothing, where there is none that it has not shown."""
    call = calls.taken_up(request.form.get("call", ""))
    if call is None or not call.setup.real or not _rules().allows(call):
        return "", 204
    found = _letters(call)
    if str(_newest(found)) == request.form.get("newest"):
        return "", 204
    return render_template("phone/letters.html", letters=found, opened=call.letter)


def _rules() -> Rules:
    drafts = sessions.who() is not None or current().environment == "demo"
    with reading() as db:
        return Rules(current(), offered(db, drafts))


def _nothing() -> ResponseReturnValue:
    return render_template("phone/nothing.html", embed="embed" in request.args)


# -- what was asked -------------------------------------------------------------------------------


def _linked(rules: Rules) -> Seen | None:
    """A link that is opened does nothing; what is only played is played at once."""
    asked = rules.asked(request.args)
    if asked is None:
        return None
    begins = bool(asked.steps) or "embed" in request.args
    if begins and not asked.setup.real:
        return _dialled(rules, asked)
    return Seen(rules, Call(asked.setup), asked.typed, asked.wrong, steps=asked.steps)


def _sent(rules: Rules) -> Seen | None:
    do = "key" if "key" in request.form else request.form.get("do", "")
    call = calls.taken_up(request.form.get("call", ""))
    if do == "settings" or call is None or not rules.allows(call):
        asked = rules.asked(request.form)
        if asked is None:
            return None
        if asked.wrong:
            return Seen(rules, Call(asked.setup), asked.typed, asked.wrong)
        return _dialled(rules, asked)
    entry = request.form.get("entry", "")[:160]
    return _done(rules, call, do, entry)


def _done(rules: Rules, call: Call, do: str, entry: str) -> Seen:
    if do == "key":
        call = replace(call, typed=(entry + request.form["key"][:1])[:160], letter=0)
    elif do == "dial":
        return _dialled(rules, Asked(call.setup))
    elif do == "send" and call.goes_on:
        return _entered(rules, call, entry.strip())
    elif do == "hang_up":
        call = calls.hang_up(call, _callback())
    elif do == "answers":
        outcomes = {
            name.removeprefix("outcome."): value
            for name, value in request.form.items()
            if name.startswith("outcome.")
        }
        setup = replace(call.setup, outcomes={**call.setup.outcomes, **outcomes})
        return _play(rules, setup, call.entries)
    elif do.startswith("open "):
        number = do.removeprefix("open ")
        call = replace(call, letter=int(number) if number.isdecimal() else 0, typed=entry)
    elif do == "close":
        call = replace(call, letter=0, typed=entry)
    else:  # the SMS are looked at again
        call = replace(call, typed=entry)
    return Seen(rules, call)


def _dialled(rules: Rules, asked: Asked) -> Seen:
    if not asked.setup.real:
        return _play(rules, asked.setup, asked.steps)
    _speak(asked.setup)
    try:
        call = calls.dial(asked.setup, _callback())
        for step in asked.steps:
            if not call.goes_on:
                break
            call = calls.enter(call, step, _callback())
    except NotAScreen:
        return Seen(rules, Call(asked.setup), problem=_no_screen())
    return Seen(rules, call)


def _entered(rules: Rules, call: Call, entry: str) -> Seen:
    if len(call.entries) >= calls.MOST_ENTRIES:
        return Seen(rules, call, problem=_("Cet appel est trop long : raccrochez, et rappelez."))
    if not call.setup.real:
        return _play(rules, call.setup, (*call.entries, entry))
    try:
        return Seen(rules, calls.enter(call, entry, _callback()))
    except NotAScreen:
        return Seen(rules, call, problem=_no_screen())


def _no_screen() -> str:
    return _("Le réseau n'a rien reçu qu'un téléphone puisse montrer : rappelez.")


def _play(rules: Rules, setup: Setup, entries: tuple[str, ...]) -> Seen:
    try:
        tree = _tree(setup)
        return Seen(rules, calls.play(setup, tree, entries))
    except BrokenTree as broken:
        why = str(broken.complaints[0].message) if broken.complaints else str(broken)
    except Broken as broken:
        why = str(broken)
    problem = _("Ce brouillon ne peut pas être composé ici : %(why)s", why=why)
    return Seen(rules, Call(setup), problem=problem)


def _speak(setup: Setup) -> None:
    """The number's citizen speaks the language that was chosen for them."""
    if setup.language and setup.language in _tree(setup).languages:
        with writing() as db:
            keep_language(db, setup.number, setup.language)
            news.changed(db, setup.number)


def _tree(setup: Setup) -> Tree:
    with reading() as db:
        tree = compiled(db, setup.tree, setup.draft)
    if tree is None:
        abort(404)
    return tree


def _callback() -> Callback:
    found: Callback = current_app.extensions["callback"]
    return found


# -- the page -------------------------------------------------------------------------------------


def _page(seen: Seen) -> ResponseReturnValue:
    call, setup = seen.call, seen.call.setup
    embed = "embed" in request.args
    found = _letters(call)
    staff = sessions.who()
    html = render_template(
        "phone/phone.html",
        call=call,
        setup=setup,
        sealed=calls.put_away(call),
        seen=seen,
        embed=embed,
        letters=found,
        newest=_newest(found),
        letter=next((one for one in found if one.id == call.letter), None),
        choices=seen.rules.choices,
        here=Choice(setup.tree, setup.draft, setup.code),
        gateways={name: one.contract.title for name, one in all_gateways().items()},
        networks=NETWORKS,
        spoken=_languages(setup),
        facts=_facts(setup),
        answers=_answers(call),
        link=_link(call),
        keeps=bool(staff and staff.may(ADMINISTRATOR) and call.entries and call.facts is not None),
        none=calls.NONE,
        demo=current().environment == "demo",
    )
    response = make_response(html, 422 if seen.wrong else 200)
    if embed:  # within our own pages, and nobody else's
        response.headers["Content-Security-Policy"] = EMBEDDED
    return response


def _letters(call: Call) -> list[inbox.Letter]:
    """Only in a demo, and only a number's that is nobody's (`Rules.allows`)."""
    if not call.setup.real:
        return []
    with reading() as db:
        return inbox.letters(db, call.setup.number)


def _newest(letters: list[inbox.Letter]) -> int:
    return max((one.id for one in letters), default=0)


def _languages(setup: Setup) -> tuple[str, ...]:
    try:
        return _tree(setup).languages
    except BrokenTree:
        return ()


def _facts(setup: Setup) -> list[str]:
    """What can be known of the citizen, where that is not asked of the database."""
    if setup.real:
        return []
    try:
        return sorted(_tree(setup).facts - {FIRST_DIAL})
    except BrokenTree:
        return []


def _answers(call: Call) -> list[dict[str, Any]]:
    """What was answered in this call, by name; in memory with what else may be."""
    shown: dict[str, dict[str, Any]] = {}
    for one in call.answered:
        held = one.outcome or ", ".join(label for _value, label in one.items) or calls.NONE
        values = ", ".join(f"{name} {value}" for name, value in one.values.items())
        shown[one.name] = {
            "name": one.name,
            "held": held,
            "told": values,
            "outcomes": list(ACTIONS[one.name].outcomes) if one.outcome else [calls.NONE],
            "lists": one.outcome is None,
            "chosen": one.outcome or call.setup.outcomes.get(one.name, ""),
        }
    return list(shown.values())


def _link(call: Call) -> str:
    """Opens the same for a colleague: no number is in it, and no secret."""
    setup = call.setup
    wanted: MultiDict[str, str] = MultiDict({"tree": setup.tree})
    for name, value, usual in (
        ("draft", "1" if setup.draft else "", ""),
        ("provider", setup.provider, "africastalking"),
        ("network", setup.network, "good"),
        ("language", setup.language, ""),
        ("steps", "*".join(call.shared), ""),
    ):
        if value != usual:
            wanted[name] = value
    return url_for("phone.show", _external=True, **wanted.to_dict())
