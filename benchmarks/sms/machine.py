"""A database, a Redis and a gateway that answers after a while, for one measurement."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

import database
import settings as all_settings
from background import work
from benchmarks.ussd.places import environment, folder, free_port
from operations import embedded_redis
from settings import ROOT, Settings

LATENCY_MS = 5
KEY = "fake-key"


@dataclass(frozen=True, slots=True)
class Machine:
    """`environment` is what processes of the product are started with; `gateway` is the origin of
    the gateway's API."""

    environment: dict[str, str]
    gateway: str

    def flask(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )


@contextlib.contextmanager
def started(url: str | None) -> Iterator[Machine]:
    """On this database, or on SQLite. This process is bound to it as well."""
    place = folder("sms")
    shutil.rmtree(place)
    place.mkdir()
    with contextlib.ExitStack() as closing:
        redis = embedded_redis.start(place / "redis.sock")
        closing.callback(embedded_redis.stop, redis)
        port = free_port()
        gateway = closing.enter_context(_gateway(port))
        found = environment(
            {
                "VAR_DIR": str(place),
                "REDIS_URL": f"unix://{place}/redis.sock",
                "DATABASE_URL": url or f"sqlite:///{place}/guichet.db",
                "AT_API_KEY": KEY,
                "AT_BASE_URL": gateway,
                "LOG_LEVEL": "ERROR",
            }
        )
        machine = Machine(found, gateway)
        machine.flask("migrate").wait()
        _bind(found)
        yield machine


@contextlib.contextmanager
def _gateway(port: int) -> Iterator[str]:
    """The fake Africa's Talking, in a process of its own."""
    command = ["-m", "tests.fakes.africastalking", "--port", str(port), "--api-key", KEY]
    process = subprocess.Popen(
        [sys.executable, *command, "--latency", str(LATENCY_MS), "--quiet"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        origin = f"http://127.0.0.1:{port}"
        _wait_for(origin)
        yield origin
    finally:
        process.terminate()
        process.wait()


def _wait_for(origin: str) -> None:
    until = datetime.now(UTC).timestamp() + 20
    while datetime.now(UTC).timestamp() < until:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(origin, timeout=1)
            return
    raise RuntimeError("the gateway did not start")


def _bind(found: dict[str, str]) -> None:
    os.environ.update(found)
    for cached in (all_settings.current, work.connection):
        cached.cache_clear()
    database.use(Settings(), patient=True)


def place() -> Path:
    return folder("sms")
