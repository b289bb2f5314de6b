"""The benchmark's own redis-server: what it did, what it holds, and how to fill it."""

import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import hiredis
import redis

from benchmarks.ussd.cores import pinned, split
from benchmarks.ussd.places import PLACE, free_port, log_file
from operations import embedded_redis

_AT_ONCE = 2000  # commands in one write while filling
_FILLED_SECONDS = 3600  # copies must outlive the runs that are made among them
_NAME = re.compile(rb"[0-9a-f]{16,}")  # fingerprints and digests in keys

Record = tuple[bytes, bytes]  # a key, and what it holds as Redis itself writes it


@dataclass(frozen=True, slots=True)
class Work:
    """What the server has done since it started."""

    commands: int  # also those that scripts run
    reads: int  # from clients: one for each round trip, as long as commands go out together
    cpu_seconds: float


class Store:
    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._process = process
        self.client = redis.Redis(host="127.0.0.1", port=port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def work(self) -> Work:
        told = self._info("all")
        return Work(
            commands=int(told["total_commands_processed"]),
            reads=int(told["total_reads_processed"]),
            cpu_seconds=told["used_cpu_user"] + told["used_cpu_sys"],
        )

    def memory(self) -> int:
        """Bytes in use for data."""
        return int(self._info("memory")["used_memory"])

    def clear(self) -> None:
        self.client.flushall()

    def keys(self) -> list[bytes]:
        return sorted(self.client.scan_iter(count=1000))

    def held(self, key: bytes) -> int:
        """The bytes of what is kept under a key: its payload alone."""
        kind = cast(bytes, self.client.type(key))
        if kind == b"string":
            return int(cast(int, self.client.strlen(key)))
        if kind == b"hash":
            pairs = cast(dict[bytes, bytes], self.client.hgetall(key))
            return sum(len(name) + len(value) for name, value in pairs.items())
        return len(cast(bytes, self.client.dump(key)))

    def occupied(self, key: bytes) -> int:
        """The bytes of memory that a key takes, itself and all."""
        return int(cast(int, self.client.memory_usage(key, samples=0)))

    def count(self) -> int:
        return int(cast(int, self.client.dbsize()))

    def end_sessions(self) -> None:
        """Forgets the sessions, but not who the people are: a session's key names both."""
        self._unlink(key for key in self.keys() if len(_NAME.findall(key)) > 1)
        self.forget_dropped()

    def forget_dropped(self) -> None:
        """Nobody comes back to a session that dropped because a run was over: they would be asked
        whether to go on with it, which is no part of the conversation."""
        self._unlink(self.client.scan_iter(match="*:last", count=5000))

    def _unlink(self, keys: Iterable[bytes]) -> None:
        with self.client.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.unlink(key)
            pipeline.execute()

    def records(self) -> list[Record]:
        """What is kept of people who dialled: the keys that are named after somebody."""
        named = [key for key in self.keys() if _NAME.search(key)]
        return [(key, cast(bytes, self.client.dump(key))) for key in named]

    def fill(self, originals: list[Record], times: int) -> None:
        """Copies the records so many times, as if as many other people had dialled: what is
        hexadecimal in a key is drawn anew, the same part in the same way, so that keys which
        belong together still do."""
        parts = {part for key, _ in originals for part in _NAME.findall(key)}
        expires = str(_FILLED_SECONDS * 1000).encode()
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            answers = hiredis.Reader()
            waiting: list[bytes] = []
            for _ in range(times):
                anew = {part: secrets.token_hex(len(part)).encode()[: len(part)] for part in parts}
                for original, payload in originals:
                    key = original
                    for part, other in anew.items():
                        key = key.replace(part, other)
                    waiting.append(hiredis.pack_command((b"RESTORE", key, expires, payload)))
                if len(waiting) >= _AT_ONCE:
                    _send(line, answers, waiting)
            _send(line, answers, waiting)

    def stop(self) -> None:
        self.client.close()
        self._process.terminate()
        self._process.wait(10)

    def _info(self, section: str) -> dict[str, Any]:
        return cast(dict[str, Any], self.client.info(section))


def _send(line: socket.socket, answers: hiredis.Reader, waiting: list[bytes]) -> None:
    line.sendall(b"".join(waiting))
    for _ in range(len(waiting)):
        while (answer := answers.gets()) is False:
            answers.feed(line.recv(65536))
        if isinstance(answer, Exception):
            raise answer
    waiting.clear()


@contextmanager
def started() -> Iterator[Store]:
    """A redis-server with nothing in it, that keeps nothing on disk."""
    port = free_port()
    command = [
        embedded_redis.executable(),
        *("--port", str(port), "--bind", "127.0.0.1"),
        *("--save", "", "--appendonly", "no", "--dir", str(PLACE)),
    ]
    with log_file("redis").open("wb") as log:
        process = subprocess.Popen(
            pinned(command, split().load), stdout=log, stderr=subprocess.STDOUT
        )
    store = Store(port, process)
    try:
        _wait(store)
        yield store
    finally:
        store.stop()


def _wait(store: Store) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            store.client.ping()
            return
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
