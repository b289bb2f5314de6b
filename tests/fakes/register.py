"""A register of acts that speaks JSON over HTTP, as registers do: a real server on this machine.

with FakeRegister() as register:
    register.put("2026-118", etat="RECU")     # an act, or what became of it
    register.url                              # GET ?depuis=… -> {"actes": […], "suite": "…"}
    register.told                             # what it was POSTed about its acts
    register.faults.extend([500, "hang up", "nonsense"])
    register.most = 2                         # acts in one answer
"""

import hashlib
import json
from collections import deque
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.lean_http import HANG_UP, LeanServer, Reply, Request

KEY = "registre-key"


class FakeRegister:
    def __init__(self) -> None:
        self.acts: dict[str, dict] = {}
        self.changes: list[str] = []  # numbers, in the order of their changes
        self.faults: deque[int | str] = deque()
        self.asked: list[Request] = []
        self.told: list[tuple[str, dict]] = []
        self.most = 100
        self._server = LeanServer(self._answer)

    def __enter__(self) -> "FakeRegister":
        self._server.start()
        self.origin = self._server.url
        self.url = f"{self.origin}/api/actes"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def put(self, number: str | int, **said: object) -> None:
        key = str(number)
        self.acts[key] = {"numero": number, "bureau": "mairie", **self.acts.get(key, {}), **said}
        self.changes.append(key)

    def _answer(self, request: Request) -> Reply:
        self.asked.append(request)
        fault = self.faults.popleft() if self.faults else None
        if fault == "hang up":
            return HANG_UP
        if fault == "nonsense":
            return Reply(200, b"<html>", "text/html")
        if isinstance(fault, int):
            return Reply(fault)
        if request.header("authorization") != f"Bearer {KEY}":
            return Reply(401)
        if request.method == "POST":
            number = unquote(request.path.split("/")[3])
            self.told.append((number, json.loads(request.body)))
            return Reply(201)
        return self._changed(request)

    def _changed(self, request: Request) -> Reply:
        after = int(parse_qs(urlsplit(request.path).query).get("depuis", ["0"])[0])
        page = self.changes[after : after + self.most]
        body = json.dumps(
            {
                "actes": [self.acts[number] for number in dict.fromkeys(page)],
                "suite": str(after + len(page)),
            }
        ).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if request.header("if-none-match") == tag:
            return Reply(304, headers=[("ETag", tag)])
        return Reply(200, body, "application/json", headers=[("ETag", tag)])
