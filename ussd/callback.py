"""The callback: a dial in, a page out, always. One load, the engine, one compare-and-save."""

import dataclasses
import hmac
import ipaddress
import logging
import secrets
import time
from collections.abc import Callable, Mapping

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from gsm.alphabet import fold
from locales.catalogues import FOLDED, translated
from menus import engine, words
from menus.actions import ACTIONS, FIRST_DIAL, Outcome
from menus.engine import Call, Show, Step
from menus.library import Library
from menus.tree import Tree
from settings import Settings
from telemetry import metrics
from ussd.dials import BadDial, Dial, Reply, added, seen, shortcut
from ussd.gateways import Gateway, all_gateways
from ussd.performing import learn, perform
from ussd.sessions import Known, Loaded, Record, Sessions

log = logging.getLogger(__name__)

_MOST_RACES = 5


class Callback:
    """Answers dials. Never raises: what goes wrong is logged, and the citizen gets a valid end."""

    def __init__(self, settings: Settings, sessions: Sessions, library: Library) -> None:
        self._settings = settings
        self._sessions = sessions
        self._library = library

    def answer(self, gateway: Gateway, read: Callable[[], Mapping[str, str]]) -> Reply:
        """`read` gives the request's fields; it may raise for a body that is torn or too large."""
        started = time.perf_counter()
        try:
            reply, outcome = self._answer(gateway, read())
        except BadDial as wrong:
            log.warning("%s: not a dial: %s", gateway.name, wrong)
            reply, outcome = self._sorry(words.NOT_UNDERSTOOD), "bad_request"
        except HTTPException as wrong:
            log.warning("%s: not a dial: %s", gateway.name, wrong.description)
            reply, outcome = self._sorry(words.NOT_UNDERSTOOD), "bad_request"
        except Exception:
            log.exception("%s: a dial failed", gateway.name)
            reply, outcome = self._sorry(words.UNAVAILABLE), "error"
        metrics.DIALS.labels(gateway.name, outcome).inc()
        metrics.DIAL_SECONDS.labels(gateway.name).observe(time.perf_counter() - started)
        return reply

    def _answer(self, gateway: Gateway, fields: Mapping[str, str]) -> tuple[Reply, str]:
        dial = gateway.parse(fields)
        for _ in range(_MOST_RACES):
            loaded = self._sessions.load(dial)
            answered = self._try(gateway, dial, loaded)
            if answered is not None:
                return answered
        raise RuntimeError("lost every race for the session")

    def _try(self, gateway: Gateway, dial: Dial, loaded: Loaded) -> tuple[Reply, str] | None:
        """One go at the dial; None when another process has moved the session meanwhile."""
        record = loaded.record
        tree = self._library.version(record.session.tree) if record else None
        conversation = _Conversation(gateway, dial, self._library)
        if record is None or tree is None:
            step = conversation.begin(loaded.known, self._settings.default_language)
        else:
            entry = added(record.seen, dial.text)
            if entry is None or record.ends:
                return record.answered, "repeated"
            step = conversation.go_on(tree, record.session, entry)
        reply = Reply(step.text, step.ends)
        mark = seen(dial.text)
        new = Record(step.session, mark.length, mark.digest, reply.text, reply.ends)
        if not self._sessions.save(dial, loaded.raw, new, conversation.news):
            return None
        return reply, "ended" if reply.ends else "refused" if step.refused else "shown"

    def _sorry(self, french: str) -> Reply:
        language = self._settings.default_language
        text = translated(language, words.CONTEXT, french)
        return Reply(fold(text) if language in FOLDED else text, ends=True)


class _Conversation:
    """The engine's loop for one dial; `news` is what it learns of the citizen."""

    def __init__(self, gateway: Gateway, dial: Dial, library: Library) -> None:
        self._layout = gateway.layout
        self._dial = dial
        self._current, self._code = library.dialled(dial.service_code)
        self.news: Known | None = None

    def begin(self, known: Known | None, default_language: str) -> Show:
        """A new session. A long dial's entries are played, up to one that is refused or that would
        bind the citizen; a newcomer chooses a language first."""
        tree = self._current
        if known is None:
            known = self.news = learn(self._dial, tree.facts)
        facts = frozenset(known.facts) | ({FIRST_DIAL} if known.language is None else set())
        entries = shortcut(self._dial.text) if known.language else []
        language = known.language or default_language
        name = secrets.token_hex(6)
        step = engine.begin(tree, self._layout, language, facts, name, len(entries))
        shown = self._settle(tree, step)
        for entry in entries:
            if shown.ends or shown.refused:
                break
            after = self._played(tree, engine.advance(tree, self._layout, shown.session, entry))
            if after is None:
                break
            shown = after
        session = msgspec.structs.replace(shown.session, played=shown.session.step)
        return dataclasses.replace(shown, session=session)

    def go_on(self, tree: Tree, session: engine.Session, entry: str) -> Show:
        return self._settle(tree, engine.advance(tree, self._layout, session, entry))

    def _settle(self, tree: Tree, step: Step) -> Show:
        shown = self._run(tree, step, lambda call: False)
        assert shown is not None
        return shown

    def _played(self, tree: Tree, step: Step) -> Show | None:
        """None before an action that would bind the citizen: what is played may be the entries of
        a session that was lost, on a menu that has changed since."""
        return self._run(tree, step, _binds)

    def _run(self, tree: Tree, step: Step, halts: Callable[[Call], bool]) -> Show | None:
        for _ in range(engine.MOST_CALLS):
            if isinstance(step, Show):
                return step
            if halts(step):
                return None
            step = engine.resume(tree, self._layout, step, self._perform(step))
        raise RuntimeError(f"{step.session.screen}: actions follow actions without end")

    def _perform(self, call: Call) -> engine.Answer:
        answer = perform(call, self._dial, self._code)
        if isinstance(answer, Outcome) and (answer.language or answer.facts):
            first_dial = FIRST_DIAL in call.session.facts and answer.language is None
            language = None if first_dial else answer.language or call.session.language
            facts = engine.known(call.session.facts, {**answer.facts, FIRST_DIAL: False})
            self.news = Known(language, facts)
        return answer


def _binds(call: Call) -> bool:
    return call.kind is Outcome and ACTIONS[call.name].binding


def blueprint(settings: Settings, callback: Callback) -> Blueprint:
    """`/ussd/<gateway>/<secret>` for every gateway."""
    routes = Blueprint("ussd", __name__, url_prefix="/ussd")
    for gateway in all_gateways():
        routes.add_url_rule(
            f"/{gateway.name}/<secret>",
            endpoint=gateway.name,
            view_func=_view(settings, callback, gateway),
            methods=[gateway.method],
        )
    return routes


def _view(settings: Settings, callback: Callback, gateway: Gateway) -> Callable[[str], Response]:
    networks = [ipaddress.ip_network(network) for network in settings.trusted_gateways]
    known_secrets = [secret.encode() for secret in settings.webhook_secrets]

    def view(secret: str) -> Response:
        given = secret.encode()
        if not any(hmac.compare_digest(given, known) for known in known_secrets):
            abort(404)
        if networks and not _is_from(request.remote_addr, networks):
            log.warning("%s: a callback from outside TRUSTED_GATEWAYS", gateway.name)
            abort(404)
        reply = callback.answer(gateway, lambda: request.form)
        rendered = gateway.render(reply)
        return Response(rendered.body, content_type=rendered.content_type)

    return view


def _is_from(
    address: str | None, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]
) -> bool:
    try:
        return any(ipaddress.ip_address(address or "") in network for network in networks)
    except ValueError:
        return False
