"""One worker beside a loop of plain calls of the SDK, against the same gateway, in turns."""

import time
from collections.abc import Callable

import psutil
from africastalking.SMS import SMSService
from sqlalchemy import func
from sqlmodel import select

from benchmarks.sms import messages
from benchmarks.sms.machine import KEY, LATENCY_MS, Machine
from benchmarks.ussd.tables import Table
from database import reading
from sms.models import Message
from sms.states import ACCEPTED


def run(machine: Machine, kind: str, count: int, runs: int) -> Table:
    plain, ours, cpu = [], [], []
    for turn in range(runs):
        plain.append(_plain(machine, max(200, count // 10)))
        rate, microseconds = _worker(machine, turn * count, count)
        ours.append(rate)
        cpu.append(microseconds)
    best, yardstick = max(ours), max(plain)
    return Table(
        f"SMS accepted a second, {kind}, a gateway that answers in {LATENCY_MS} ms",
        ("", "messages/s", "CPU µs each", "ratio"),
        (
            ("one worker", best, min(cpu), best / yardstick),
            ("a loop of plain SDK calls", yardstick, "", 1.0),
        ),
        (f"best of {runs}; {count:,} messages, each with a text and a number of its own",),
        {"worker_per_second": ours, "plain_per_second": plain, "worker_cpu_us": cpu},
    )


class _Plain(SMSService):  # type: ignore[misc]
    """The SDK as it is, but for the origin, for which it has no setting."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        super().__init__("sandbox", KEY)

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = self._contentUrl = f"{self._origin}/version1"


def _plain(machine: Machine, count: int) -> float:
    service = _Plain(machine.gateway)
    began = time.perf_counter()
    for of in range(count):
        service.send(f"Ticket {of}", [messages.number(of)])
    return count / (time.perf_counter() - began)


def _worker(machine: Machine, first: int, count: int) -> tuple[float, float]:
    """Messages a second from the first to the last that was accepted, and the worker's CPU."""
    messages.post(first, count)
    process = machine.flask("worker")
    try:
        _until(lambda: _accepted() >= first + count)
        spent = sum(psutil.Process(process.pid).cpu_times()[:2])
    finally:
        process.terminate()
        process.wait()
    with reading() as db:
        times = db.exec(
            select(func.min(Message.sent_at), func.max(Message.sent_at)).where(
                Message.id > first  # type: ignore[operator]
            )
        ).one()
    seconds = (times[1] - times[0]).total_seconds()
    return count / seconds, spent / count * 1e6


def _accepted() -> int:
    with reading() as db:
        query = select(func.count()).where(Message.state == ACCEPTED)
        return db.exec(query).one()


def _until(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not found():
        if time.monotonic() > deadline:
            raise RuntimeError("the worker does not come to an end")
        time.sleep(0.2)
