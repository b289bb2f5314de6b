"""A day at the town hall, played over HTTP: citizens dial, agents sit at the console.

The plan of the day is a simulated one (queues/simulation.py): who comes when, for what, who is
there when called. All else is the product: tickets are dialled, people are called from the desk's
page.
Time is what `Time` says: the product's own (moment.py), or a test's.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Protocol

from queues.simulation import MAIRIE, Arrival, Desk, Office, plan

_TICKET, _OFFICE, _FOR_ME = "1", "1", "1"  # the digits on the way to a ticket
_WALKS_UP, _RECALLS, _LOOKS_AGAIN = 0.5, 1.0, 1.0  # minutes


class Browser(Protocol):
    """Somebody's own, with its cookies; answers are the text of the page one ends on."""

    def get(self, path: str) -> str: ...

    def post(self, path: str, fields: dict[str, str]) -> str: ...


class Time(Protocol):
    def reach(self, minute: float) -> None:
        """Waits until so many minutes after the opening."""


def hall(agents: int) -> Office:
    """The simulated town hall with so many counters, each for all services."""
    shifts = [desk.stretches for desk in MAIRIE.desks]
    every = frozenset(service.id for service in MAIRIE.services)
    desks = tuple(
        Desk(number, every, shifts[number % len(shifts)]) for number in range(1, agents + 1)
    )
    return Office(MAIRIE.services, desks, MAIRIE.closes, MAIRIE.profile)


def arrivals(office: Office, citizens: int, seed: int) -> list[Arrival]:
    """About so many people."""
    at_full_load = len(plan(office, 1.0, seed))
    return plan(office, citizens / max(1, at_full_load), seed)


@dataclass
class Visitor:
    arrival: Arrival
    phone: str | None  # None: gets a slip of paper at the reception
    label: str | None = None
    gone: bool = False


@dataclass
class Agent:
    number: int
    browser: Browser
    stretches: tuple[tuple[float, float], ...]
    counter: int


@dataclass
class Played:
    """What came of the day."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


Happens = Callable[[float], None]


class Day:
    """`dial` sends one callback and returns what the phone shows. `agents` are signed in."""

    def __init__(
        self,
        dial: Callable[[str, str, str], str],
        agents: list[Agent],
        reception: Browser,
        time: Time,
        workers: int = 1,
    ) -> None:
        self._dial, self._agents, self._reception, self._time = dial, agents, reception, time
        self._workers = workers
        self._coming: list[tuple[float, int, Happens]] = []
        self._order, self._sessions = count(), count()
        self._lock, self._reception_lock = Lock(), Lock()
        self._visitors: dict[str, Visitor] = {}
        self.played = Played()

    def play(self, coming: list[Arrival]) -> Played:
        for place, arrival in enumerate(coming):
            phone = f"+22178{place:07d}" if arrival.remote or place % 2 else None
            self._at(arrival.at, self._joins(Visitor(arrival, phone)))
        for agent in self._agents:
            for begins, ends in agent.stretches:
                last = ends == agent.stretches[-1][1]
                self._at(begins, self._sits(agent, ends + (60.0 if last else 0.0)))
        with ThreadPoolExecutor(self._workers) as pool:
            while self._coming:
                due = list(self._due())
                self._time.reach(due[-1][0])
                for done in [pool.submit(self._happen, at, happens) for at, happens in due]:
                    done.result()
        return self.played

    def _at(self, minute: float, happens: Happens) -> None:
        with self._lock:
            heapq.heappush(self._coming, (minute, next(self._order), happens))

    def _due(self) -> Iterator[tuple[float, Happens]]:
        """What happens within the same quarter of a minute happens at once, if there are hands."""
        until = self._coming[0][0] + (0.25 if self._workers > 1 else 0.0)
        while self._coming and self._coming[0][0] <= until:
            at, _, happens = heapq.heappop(self._coming)
            yield at, happens

    def _happen(self, at: float, happens: Happens) -> None:
        try:
            happens(at)
        except Exception as problem:
            self._problem(f"minute {at:.0f}: {type(problem).__name__}: {problem}")

    def _problem(self, said: str) -> None:
        with self._lock:
            self.played.problems.append(said)

    def _ends(self, outcome: str) -> None:
        with self._lock:
            self.played.outcomes[outcome] += 1

    # -- citizens ---------------------------------------------------------------------------------

    def _joins(self, visitor: Visitor) -> Happens:
        def join(at: float) -> None:
            service = visitor.arrival.service  # its digit on the phone, too
            if visitor.phone is None:
                label = self._slip(service)
            else:
                label = self._dials(visitor.phone, service)
            if label is None:
                return self._ends("refused")
            visitor.label = label
            with self._lock:
                self._visitors[label] = visitor
            self._at(at + visitor.arrival.patience, self._gives_up(visitor))

        return join

    def _dials(self, phone: str, service: int) -> str | None:
        """A ticket by phone, as somebody who has not dialled before."""
        session = f"day-{next(self._sessions)}"
        entries: list[str] = []
        screen = self._dial(phone, session, "")
        for entry in ("1", _TICKET, _OFFICE, str(service), _FOR_ME):
            if entry == "1" and not entries and "Langue" not in screen:
                continue
            entries.append(entry)
            screen = self._dial(phone, session, "*".join(entries))
        found = re.search(r"Ticket ([A-Z]\d{3,4})", screen)
        return found[1] if found else None

    def _slip(self, service: int) -> str | None:
        with self._reception_lock:
            page = self._reception.get("/console/queue")
            options = re.findall(r'<option value="(\d+)"', page.partition('id="service"')[2])
            page = self._reception.post(
                "/console/queue/walk-in",
                {"csrf_token": _token(page), "service": options[service - 1], "priority": ""},
            )
        found = re.search(r"Ticket ([A-Z]\d{3,4}) donné", page)
        return found[1] if found else None

    def _gives_up(self, visitor: Visitor) -> Happens:
        def give_up(at: float) -> None:
            with self._lock:
                if visitor.gone or visitor.label not in self._visitors:
                    return
                visitor.gone = True
            if visitor.arrival.says_so and visitor.phone is not None:
                self._cancels(visitor.phone)

        return give_up

    def _cancels(self, phone: str) -> None:
        session, entries = f"day-{next(self._sessions)}", list[str]()
        screen = self._dial(phone, session, "")
        for wanted in ("Recommencer", "Mon ticket", "renoncer", "Oui"):
            found = re.search(rf"^(\d+) .*{wanted}", screen, re.MULTILINE)
            if found is None:
                continue
            entries.append(found[1])
            screen = self._dial(phone, session, "*".join(entries))

    # -- agents -----------------------------------------------------------------------------------

    def _sits(self, agent: Agent, until: float) -> Happens:
        def sit(at: float) -> None:
            page = agent.browser.get("/console/queue")
            agent.browser.post(
                "/console/queue/counter",
                {"csrf_token": _token(page), "counter": str(agent.counter)},
            )
            self._at(at, self._calls(agent, until))

        return sit

    def _calls(self, agent: Agent, until: float) -> Happens:
        def call(at: float) -> None:
            page = agent.browser.get("/console/queue")
            if at >= until:
                agent.browser.post("/console/queue/leave", {"csrf_token": _token(page)})
                return
            page = agent.browser.post("/console/queue/next", {"csrf_token": _token(page)})
            label = _here(page)
            if label is None:
                return self._at(at + _LOOKS_AGAIN, self._calls(agent, until))
            with self._lock:
                visitor = self._visitors.pop(label, None)
            if visitor is None:
                return self._problem(f"minute {at:.0f}: {label} was called twice, or is nobody's")
            if visitor.gone or not visitor.arrival.comes:
                self._at(at + _RECALLS, self._waits_in_vain(agent, until, 2))
            else:
                takes = visitor.arrival.takes
                self._at(at + _WALKS_UP, self._serves(agent, until, takes))

        return call

    def _serves(self, agent: Agent, until: float, takes: float) -> Happens:
        def serve(at: float) -> None:
            self._does(agent, "start")
            self._at(at + takes, self._finishes(agent, until))

        return serve

    def _finishes(self, agent: Agent, until: float) -> Happens:
        def finish(at: float) -> None:
            self._does(agent, "done", outcome="served")
            self._ends("served")
            self._at(at, self._calls(agent, until))

        return finish

    def _waits_in_vain(self, agent: Agent, until: float, recalls: int) -> Happens:
        def wait(at: float) -> None:
            if recalls:
                self._does(agent, "recall")
                self._at(at + _RECALLS, self._waits_in_vain(agent, until, recalls - 1))
                return
            self._does(agent, "absent")
            self._ends("absent")
            self._at(at, self._calls(agent, until))

        return wait

    def _does(self, agent: Agent, deed: str, **fields: str) -> None:
        """Presses one of the desk's buttons for who is at the counter."""
        page = agent.browser.get("/console/queue")
        form = re.search(
            rf'action="/console/queue/do/{deed}".*?name="ticket" value="(\d+)"'
            r'.*?name="step" value="(\d+)"',
            page,
            re.DOTALL,
        )
        if form is None:
            raise LookupError(f"no {deed} at counter {agent.number}: {_here(page)}")
        sent = {"csrf_token": _token(page), "ticket": form[1], "step": form[2], **fields}
        agent.browser.post(f"/console/queue/do/{deed}", sent)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise LookupError("not signed in")
    return found[1]


def _here(page: str) -> str | None:
    found = re.search(r'<p class="label">(\w+)</p>', page)
    return found[1] if found else None
