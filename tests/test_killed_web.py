"""A web process that is killed in the middle of things: gateways call again, and nobody is stuck,
nobody has two tickets.

A few hundred conversations; `CONVERSATIONS=2000` in the environment holds as many as that.
"""

import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from tests.test_product import Product, make_run
from tests.waiting import PATIENCE, until
from ussd.phone import Phone
from ussd.wire import Request, Response

COUNT = int(os.environ.get("CONVERSATIONS", "300"))
AT_ONCE, KILLS = 12, 5


@pytest.fixture
def started(tmp_path) -> Iterator[Product]:
    running = make_run(tmp_path / "var", WEB_PROCESSES="2")
    yield running
    running.stop()


def web_processes(product: Product) -> list[psutil.Process]:
    """Those that answer, and the one that started them."""
    ours = ("-m serving.start", "spawn_main")
    return [
        one for one in product.family() if any(word in " ".join(_command(one)) for word in ours)
    ]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


class Gateway:
    """Calls again until it is answered, as gateways do."""

    def __init__(self, product: Product) -> None:
        self._url = product.url
        self._here = threading.local()

    def send(self, request: Request) -> Response:
        answers: list[requests.Response] = []
        until(lambda: answers.extend(self._try(request)) or answers, "an answer")
        return Response(answers[0].content.decode(), status=answers[0].status_code)

    def _try(self, request: Request) -> list[requests.Response]:
        session = self._here.__dict__.setdefault("session", requests.Session())
        headers = {"Content-Type": request.content_type}
        try:
            return [session.post(self._url, data=request.body, headers=headers, timeout=10)]
        except requests.RequestException:
            return []


def ticket_of(gateway: Gateway, number: int) -> str:
    """Dials for a ticket until there is one; the label it has at last."""
    for _ in range(20):
        phone = Phone(f"+22177{number:07d}", "*384*50#", gateway.send)
        screen = phone.dial()
        if "Langue / Language" in screen.text:
            screen = phone.enter("1")
        elif "2 Recommencer" in screen.text:
            screen = phone.enter("2")
        for entry in ("1", "1", "1", "1"):
            if not screen.goes_on:
                break
            screen = phone.enter(entry)
        if found := re.search(r"icket (A\d{3,})", screen.text):
            return found.group(1)
    raise AssertionError(f"{number} is stuck at:\n{screen.text}")


def test_killed_web_processes_leave_nobody_stuck_and_nobody_with_two_tickets(started):
    gateway, kills = Gateway(started), 0
    with ThreadPoolExecutor(AT_ONCE) as phones:
        going = [phones.submit(ticket_of, gateway, number) for number in range(COUNT)]
        for kill in range(1, KILLS + 1):
            wanted = kill * COUNT // (KILLS + 2)
            until(lambda wanted=wanted: sum(one.done() for one in going) >= wanted, "progress")
            victims = until(lambda: web_processes(started), "web processes")
            victims[kill % len(victims)].kill()
            kills += 1
        labels = [one.result(10 * PATIENCE) for one in going]
    assert kills == KILLS
    assert sorted(int(label[1:]) for label in labels) == list(range(1, COUNT + 1))
