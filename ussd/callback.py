"""The callback: a dial in, a page out, always, in time. One load, the engine, one compare-and-save.

What goes wrong is logged, and the citizen gets a valid end in their language.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TookTooLong

from gsm.alphabet import fold
from locales.catalogues import is_folded, translated
from menus import words
from menus.engine import Session, Show
from menus.library import Library
from menus.tree import Tree
from settings import Settings
from telemetry import metrics
from ussd import closing
from ussd.conversation import Conversation, NeedsFresh
from ussd.deadline import Away, Breaker, Deadline
from ussd.dials import BadDial, Dial, Ended, Reply, added, seen
from ussd.funnels import footsteps
from ussd.gateways import Gateway
from ussd.in_time import DATABASE_FAILS, Database, Promised
from ussd.sessions import Loaded, Record, Sessions
from ussd.wire import Request, Response

log = logging.getLogger(__name__)

_MOST_RACES = 5
_T = TypeVar("_T")
_REDIS_FAILS = (ConnectionLost, TookTooLong)


class Callback:
    """Answers every request of a gateway. Never raises."""

    def __init__(self, settings: Settings, sessions: Sessions, library: Library) -> None:
        self._settings = settings
        self._sessions = sessions
        self._library = library
        self._database = Database(settings)
        self._redis = Breaker(failures=2, seconds=0.5)

    def answer(self, gateway: Gateway, request: Request) -> Response:
        started = time.perf_counter()
        name = gateway.contract.name
        spoken = _Spoken(self._settings.default_language)
        try:
            heard = gateway.parse(request)
            if isinstance(heard, Ended):
                self._close(heard)
                response, outcome = gateway.acknowledge(request), "closed"
            else:
                reply, outcome = self._reply(gateway, heard, spoken)
                response = gateway.render(reply, request)
        except BadDial as wrong:
            log.warning("%s: not a dial: %s", name, wrong)
            response = gateway.render(spoken.sorry(words.NOT_UNDERSTOOD), request)
            outcome = "bad_request"
        except (*_REDIS_FAILS, *DATABASE_FAILS, Away) as problem:
            log.warning("%s: can't answer now: %s", name, type(problem).__name__)
            response = gateway.render(spoken.sorry(words.UNAVAILABLE), request)
            outcome = "unavailable"
        except Exception:
            log.exception("%s: a dial failed", name)
            response, outcome = gateway.render(spoken.sorry(words.UNAVAILABLE), request), "error"
        metrics.dialled(name, outcome, time.perf_counter() - started)
        return response

    def refuse(self, gateway: Gateway, request: Request, why: str) -> Response:
        """The answer to a body that is torn or too large: it is not read."""
        log.warning("%s: not a dial: %s", gateway.contract.name, why)
        metrics.dialled(gateway.contract.name, "bad_request", 0.0)
        spoken = _Spoken(self._settings.default_language)
        return gateway.render(spoken.sorry(words.NOT_UNDERSTOOD), request)

    def _close(self, ended: Ended) -> None:
        closing.note(ended, self._ask_redis(lambda: self._sessions.of(ended)))

    def _reply(self, gateway: Gateway, dial: Dial, spoken: "_Spoken") -> tuple[Reply, str]:
        if self._is_too_many_of(dial):
            return spoken.sorry(words.TOO_MANY), "too_many"
        deadline, came = Deadline(self._settings.deadline_seconds), _microseconds()
        start = self._sessions.recall(dial) or self._load(dial, spoken)
        for _ in range(_MOST_RACES):
            spoken.listen(start)
            if 0 < self._settings.rate_per_number <= start.calls:
                return spoken.sorry(words.TOO_MANY), "too_many"
            try:
                answered = self._try(gateway, dial, came, start, deadline)
            except NeedsFresh:
                answered = self._load(dial, spoken)
            if not isinstance(answered, Loaded):
                return answered
            start = answered
        raise RuntimeError("lost every race for the session")

    def _is_too_many_of(self, dial: Dial) -> bool:
        """Whether the provider calls too often at once."""
        most = self._settings.rate_per_provider
        return most > 0 and self._ask_redis(lambda: self._sessions.count_all(dial.provider)) > most

    def _load(self, dial: Dial, spoken: "_Spoken") -> Loaded:
        try:
            return self._ask_redis(lambda: self._sessions.load(dial))
        except (*_REDIS_FAILS, Away):
            spoken.language = self._database.language(dial.phone, spoken.language)
            raise

    def _ask_redis(self, ask: Callable[[], _T]) -> _T:
        return self._redis.attempt(ask, _REDIS_FAILS)

    def _try(
        self, gateway: Gateway, dial: Dial, came: int, start: Loaded, deadline: Deadline
    ) -> tuple[Reply, str] | Loaded:
        """One go at the dial, which came at that time (µs); what stands when another process has
        moved the session meanwhile. Raises NeedsFresh where what is remembered won't do."""
        layout = gateway.contract.layout_on(dial.network)
        record, tree = self._standing(dial, start)
        code = dial.service_code or (record.code if record else "")
        conversation = Conversation(
            layout, dial, code, start, self._library, self._database, deadline
        )
        entry = None
        try:
            if record is None or tree is None:
                record = None
                shown = conversation.begin(self._dropped(start), self._settings.default_language)
            else:
                entry = added(record.seen, dial, came)
                if entry is None or record.ends:
                    return self._repeated(start, record)
                shown = conversation.go_on(tree, record.session, entry)
        except Promised as promised:
            return self._promised(dial, conversation.code, start, promised.call.session)
        reply = _reply(shown)
        new = _record(dial, conversation.code, shown.session, reply)
        counts = footsteps(record, shown, new.at, entry)
        stands = self._ask_redis(lambda: self._sessions.save(start, new, conversation.news, counts))
        if stands is not None:
            return stands
        return reply, "ended" if reply.ends else "refused" if shown.refused else "shown"

    def _repeated(self, start: Loaded, record: Record) -> tuple[Reply, str]:
        if start.remembered:
            raise NeedsFresh
        calls = self._ask_redis(lambda: self._sessions.count(start))
        if 0 < self._settings.rate_per_number < calls:
            return _Spoken(record.session.language).sorry(words.TOO_MANY), "too_many"
        return record.answered, "repeated"

    def _standing(self, dial: Dial, loaded: Loaded) -> tuple[Record | None, Tree | None]:
        """The session that this dial goes on with, and its tree; none where it begins one."""
        record = loaded.record
        if record is None or (dial.starts and _is_over(record, dial)):
            return None, None
        return record, self._library.version(record.session.tree)

    def _dropped(self, loaded: Loaded) -> Record | None:
        """The session that this phone was in before."""
        if loaded.record is not None:  # under this very id: the provider gives sessions none
            return loaded.record
        if loaded.last in (b"", loaded.keys.identity.encode()):
            return None
        return self._ask_redis(lambda: self._sessions.dropped(loaded))

    def _promised(
        self, dial: Dial, code: str, loaded: Loaded, session: Session
    ) -> tuple[Reply, str]:
        reply = _Spoken(session.language).sorry(words.LATE)
        try:
            self._sessions.save(loaded, _record(dial, code, session, reply), None)
        except RedisError:  # a repeat will be promised again, and done once
            log.warning("a promise was not noted in its session")
        return reply, "promised"


def _is_over(record: Record, dial: Dial) -> bool:
    """Whether a start under this session's id begins another: one that has ended, or that had
    got anywhere where the provider gives sessions no id."""
    return record.ends or (not dial.session_id and record.session.step > record.session.played)


def _reply(shown: Show) -> Reply:
    page = shown.page
    choices = len(page.options) + len(page.navigation)
    if page.options and not page.lead and not page.text.startswith(f"{page.options[0].key} "):
        choices -= 1  # the rest of an option that began on the page before
    return Reply(shown.text, shown.ends, choices, shown.types, shown.session.step)


def _microseconds() -> int:
    return time.time_ns() // 1000


def _record(dial: Dial, code: str, session: Session, reply: Reply) -> Record:
    mark = seen(dial, _microseconds())
    return Record(
        session=session,
        code=code,
        length=mark.length,
        digest=mark.digest,
        at=mark.at,
        reply=reply.text,
        ends=reply.ends,
        choices=reply.choices,
        types=reply.types,
    )


class _Spoken:
    """The language to say sorry in, as far as it is known by then."""

    def __init__(self, language: str) -> None:
        self.language = language

    def listen(self, loaded: Loaded) -> None:
        """Learns the language from what is known of the citizen."""
        if loaded.record is not None:
            self.language = loaded.record.session.language
        elif loaded.known is not None and loaded.known.language is not None:
            self.language = loaded.known.language

    def sorry(self, french: str) -> Reply:
        text = translated(self.language, words.CONTEXT, french)
        return Reply(fold(text) if is_folded(self.language) else text, ends=True)
