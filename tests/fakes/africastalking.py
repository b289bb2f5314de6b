"""Africa's Talking's SMS API, as documented, faults included; a real HTTP server on this machine.

    with FakeAfricasTalking() as fake:
        fake.url                                   # AT_BASE_URL
        fake.faults.extend(["stall", "http 500"])  # what befalls the next requests, in order
        fake.sent                                  # the forms it took on

By hand: python -m tests.fakes.africastalking --port 9090, then AT_BASE_URL=http://127.0.0.1:9090
"""

import json
import threading
import urllib.parse
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

STATUS = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


@dataclass
class FakeAfricasTalking:
    """Faults: a status code (`405`), one for each of some numbers (`{"+221…": 403}`),
    `no recipients`, `http 500`, `http 401`, `not json`,
    `bare json`, `stall` (until the server stops), `close` (after reading), `close mid-reply`,
    `long id and cost`."""

    port: int = 0
    api_key: str = "fake-key"
    faults: deque = field(default_factory=deque)
    requests: list[dict] = field(default_factory=list)  # every form that came in
    sent: list[dict] = field(default_factory=list)  # those that would reach a phone
    headers: list[dict] = field(default_factory=list)

    def __enter__(self) -> "FakeAfricasTalking":
        self._stopping = threading.Event()
        self._news = threading.Condition()
        self._ids = count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, number: int, seconds: float) -> list[dict]:
        """The messages sent, once there are so many or the time is up."""
        with self._news:
            self._news.wait_for(lambda: len(self.sent) >= number, timeout=seconds)
            return list(self.sent)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                fake._answer(self, form)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, http: BaseHTTPRequestHandler, form: dict) -> None:
        if http.path != "/version1/messaging":
            return _reply(http, 404, "The requested resource does not exist", "text/plain")
        if http.headers.get("apiKey") != self.api_key:
            return _reply(http, 401, "The supplied authentication is invalid", "text/plain")
        missing = {"username", "to", "message"} - form.keys()
        if missing:
            return _reply(http, 400, f"Request is missing {sorted(missing)}", "text/plain")
        self.requests.append(form)
        self.headers.append(dict(http.headers))
        fault = self.faults.popleft() if self.faults else None
        if fault == "stall":
            self._take(form)
            self._stopping.wait()
        elif fault == "close":
            self._take(form)
            http.close_connection = True
        elif fault == "close mid-reply":
            self._take(form)
            http.send_response(201)
            http.send_header("Content-Type", "application/json")
            http.send_header("Content-Length", "1000")
            http.end_headers()
            http.wfile.write(b'{"SMSMessageData":')
            http.close_connection = True
        elif isinstance(fault, str) and fault.startswith("http "):
            _reply(http, int(fault[5:]), "<html>Something went wrong</html>", "text/html")
        elif fault == "not json":
            self._take(form)
            _reply(http, 201, "OK", "text/plain")
        elif fault == "no recipients":
            body = {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
            _reply(http, 201, json.dumps(body), "application/json; charset=utf-8")
        else:
            code = fault if isinstance(fault, int | dict) else 101
            kind = "application/json" + ("" if fault == "bare json" else "; charset=utf-8")
            reply = self._accept(form, code)
            if fault == "long id and cost":
                for recipient in reply["SMSMessageData"]["Recipients"]:
                    recipient |= {"messageId": "ATXid_" * 40, "cost": "KES 0.8000 " * 10}
            _reply(http, 201, json.dumps(reply), kind)

    def _take(self, form: dict) -> None:
        with self._news:
            self.sent.append(form)
            self._news.notify_all()

    def _accept(self, form: dict, code: int | dict[str, int]) -> dict:
        numbers = form["to"].split(",")
        codes = code if isinstance(code, dict) else dict.fromkeys(numbers, code)
        taken = [number for number in numbers if codes.get(number, 101) in (100, 101, 102)]
        if taken:
            self._take(form)
        cost = f"KES {0.8 * len(taken):.4f}"
        return {
            "SMSMessageData": {
                "Message": f"Sent to {len(taken)}/{len(numbers)} Total Cost: {cost}",
                "Recipients": [
                    {
                        "statusCode": codes.get(number, 101),
                        "number": number,
                        "status": STATUS.get(codes.get(number, 101), "Unknown"),
                        "cost": "KES 0.8000" if number in taken else "0",
                        "messageId": f"ATXid_{next(self._ids)}" if number in taken else "None",
                    }
                    for number in numbers
                ],
            }
        }


def _reply(http: BaseHTTPRequestHandler, status: int, body: str, kind: str) -> None:
    data = body.encode()
    http.send_response(status)
    http.send_header("Content-Type", kind)
    http.send_header("Content-Length", str(len(data)))
    http.end_headers()
    http.wfile.write(data)


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="A fake Africa's Talking SMS API.")
    parser.add_argument("--port", type=int, default=9090)
    parser.add_argument("--api-key", default="fake-key")
    given = parser.parse_args()
    with FakeAfricasTalking(port=given.port, api_key=given.api_key) as running:
        print(f"AT_BASE_URL={running.url} AT_API_KEY={given.api_key} (Ctrl-C stops it)")
        try:
            seen = 0
            while True:
                for form in running.wait_for(seen + 1, 3600)[seen:]:
                    print(form["to"], form["message"])
                    seen += 1
        except KeyboardInterrupt:
            pass
