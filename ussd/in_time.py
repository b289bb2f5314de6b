"""The database as a dial sees it: in time, or not at all; what binds can be promised instead."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from menus.engine import Answer, Call
from settings import Settings
from ussd import late
from ussd.deadline import Aside, Away, Breaker, Deadline, Late
from ussd.performing import Caller, learn, perform
from ussd.sessions import Known

DATABASE_FAILS = (Late, OperationalError, NoConnection)

_T = TypeVar("_T")


class Promised(Exception):
    """The action is not done yet, and will be; its outcome is told by SMS."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.name)
        self.call = call


class Database:
    def __init__(self, settings: Settings) -> None:
        # More would only get in each other's way: SQLite makes who waits for its lock try again and
        # again, in no order. Here they wait in theirs.
        self._aside = Aside(settings.web_threads)
        self._breaker = Breaker(failures=3, seconds=1.0)
        # What is to be done after it: to hand a promise over, and to save the session.
        self._reserve = 2 * settings.redis_seconds + 0.2

    def perform(self, call: Call, caller: Caller, deadline: Deadline) -> Answer:
        """Raises Promised for an action that will be done later, else one of DATABASE_FAILS or
        Away."""
        try:
            return self._do(lambda: perform(call, caller), deadline.left(self._reserve))
        except (*DATABASE_FAILS, Away):
            if not late.can_wait(call):
                raise
            late.hand_over(call, caller)
            raise Promised(call) from None

    def learn(
        self, phone: str, service_code: str, facts: frozenset[str], deadline: Deadline
    ) -> Known:
        """What the database knows of a citizen. Raises like `perform`."""
        seconds = deadline.left(self._reserve)
        return self._do(lambda: learn(phone, service_code, facts), seconds)

    def language(self, phone: str, otherwise: str) -> str:
        """The citizen's language, where nobody else can tell it and it can be told quickly."""
        try:
            known = self._do(lambda: learn(phone, "", frozenset()), 0.5)
        except Exception:
            return otherwise
        return known.language or otherwise

    def _do(self, work: Callable[[], _T], seconds: float) -> _T:
        return self._breaker.attempt(lambda: self._aside.do(work, seconds), DATABASE_FAILS)
