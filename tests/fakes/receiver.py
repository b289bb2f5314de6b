"""A program that receives webhooks, as Standard Webhooks has it: a real HTTP server.

    with FakeReceiver() as receiver:
        receiver.url                              # what is given to `flask webhooks add`
        receiver.secret = "whsec_…"               # then what is wrongly signed is answered by 401
        receiver.faults.extend([500, "hang up", "stall"])   # what befalls the next calls
        receiver.taken                            # what it took on, as it came

It checks signatures by itself, with nothing of ours.
"""

import base64
import hashlib
import hmac
import json
from collections import deque

from tests.fakes.lean_http import HANG_UP, LeanServer, Reply, Request


class FakeReceiver:
    def __init__(self) -> None:
        self.faults: deque[int | str] = deque()
        self.calls: list[Request] = []
        self.taken: list[dict] = []
        self.secret: str | None = None
        self._server = LeanServer(self._answer)

    def __enter__(self) -> "FakeReceiver":
        self._server.start()
        self.url = f"{self._server.url}/hooks?from=guichet"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _answer(self, request: Request) -> Reply | None:
        self.calls.append(request)
        fault = self.faults.popleft() if self.faults else None
        if fault == "stall":
            return None
        if fault == "hang up":
            return HANG_UP
        if fault == "redirect":
            return Reply(302, headers=[("Location", f"{self._server.url}/elsewhere")])
        if isinstance(fault, int):
            return Reply(fault)
        if self.secret is not None and not self._is_signed(request):
            return Reply(401)
        self.taken.append(json.loads(request.body))
        return Reply(204)

    def _is_signed(self, request: Request) -> bool:
        """As the libraries of standardwebhooks.com verify."""
        key = base64.b64decode(self.secret.split("_", 1)[1])
        name, stamp = request.header("webhook-id"), request.header("webhook-timestamp")
        said = b".".join([name.encode(), stamp.encode(), request.body])
        mac = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        given = [one.split(",", 1) for one in request.header("webhook-signature").split(" ")]
        return any(version == "v1" and hmac.compare_digest(mac, one) for version, one in given)
