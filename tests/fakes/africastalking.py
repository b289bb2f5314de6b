"""Africa's Talking's SMS API, as documented, faults included; a real HTTP server on this machine.

    with FakeAfricasTalking() as fake:
        fake.url                                   # AT_BASE_URL
        fake.faults.extend(["stall", "http 500"])  # what befalls the next requests, in order
        fake.sent                                  # the forms (or JSON) it took on
        fake.callback = "http://…/delivery"        # where receipts go, if anywhere
        fake.plan = [TWICE, EARLY]                 # receipts of the next recipients, then ON_TIME

By hand: python -m tests.fakes.africastalking --port 9090, then AT_BASE_URL=http://127.0.0.1:9090
"""

import json
import queue
import random
import threading
import urllib.parse
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

import urllib3

from tests.fakes.lean_http import HANG_UP, LeanServer, Reply, Request

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
FORM, BULK = "/version1/messaging", "/version1/messaging/bulk"
TAKEN = (100, 101, 102)
POSTERS = 8  # callbacks under way at one time


@dataclass(frozen=True)
class News:
    """The receipt of one recipient. `when`: `on time` (after the reply), `early` (answered before
    the reply is given), `late` (at `fake.hurry()`, or after `late_seconds`)."""

    status: str = "Success"
    when: str = "on time"
    times: int = 1
    reason: str = ""
    network: str = "60801"


ON_TIME = News()
EARLY = News(when="early")
LATE = News(when="late")
TWICE = News(times=2)
NEVER = News(times=0)
FAILED = News("Failed", reason="AbsentSubscriber")
PLANS = {
    "on-time": ON_TIME,
    "early": EARLY,
    "late": LATE,
    "twice": TWICE,
    "never": NEVER,
    "failed": FAILED,
}


@dataclass
class FakeAfricasTalking:
    """Faults: a status code (`405`), one for each of some numbers (`{"+221…": 403}`),
    `no recipients`, `http 500`, `http 401`, `not json`,
    `bare json`, `stall` (until the server stops), `close` (after reading), `close mid-reply`,
    `long id and cost`, `lies about charset`."""

    port: int = 0
    api_key: str = "fake-key"
    latency_ms: float = 0.0
    late_seconds: float | None = None  # None: late receipts wait for `hurry()`
    callback: str | None = None
    insists: bool = False  # a callback that is not answered with 200 is made again
    plan: Iterable[News] = ()
    faults: deque = field(default_factory=deque)
    requests: list[dict] = field(default_factory=list)  # every form or JSON that came in
    sent: list[dict] = field(default_factory=list)  # those that would reach a phone
    headers: list[dict] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # what the callbacks were answered with

    def __enter__(self) -> "FakeAfricasTalking":
        self._news = threading.Condition()
        self._ids = count(1)
        self._held: list[dict] = []
        self._posts: queue.SimpleQueue = queue.SimpleQueue()
        self._lines = urllib3.PoolManager(maxsize=POSTERS, retries=False)
        self._posters = [threading.Thread(target=self._post, daemon=True) for _ in range(POSTERS)]
        for poster in self._posters:
            poster.start()
        self.server = LeanServer(self._answer, self.port, self.latency_ms / 1000)
        self.server.start()
        self.url = self.server.url
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        for _poster in self._posters:
            self._posts.put(None)
        for poster in self._posters:
            poster.join(10)
        self._lines.clear()

    def wait_for(self, number: int, seconds: float) -> list[dict]:
        """The messages sent, once there are so many or the time is up."""
        with self._news:
            self._news.wait_for(lambda: len(self.sent) >= number, timeout=seconds)
            return list(self.sent)

    def wait_for_answers(self, number: int, seconds: float) -> list[int]:
        """What callbacks were answered with, once there are so many or the time is up."""
        with self._news:
            self._news.wait_for(lambda: len(self.answers) >= number, timeout=seconds)
            return list(self.answers)

    def hurry(self) -> None:
        """Sends the receipts that were to be late."""
        with self._news:
            held, self._held = self._held, []
        for form in held:
            self._posts.put((self.callback, form, None))

    def incoming(self, url: str, phone: str, text: str, to: str = "38450", **more: str) -> None:
        """A citizen's SMS, told to `url`."""
        message = {"date": "2026-11-24 09:30:00", "from": phone, "id": f"in-{next(self._ids)}"}
        rest = {"linkId": "link-1", "text": text, "to": to, "cost": "None", "networkCode": "60801"}
        self._posts.put((url, message | rest | more, None))

    def opt_out(self, url: str, phone: str, sender: str = "GUICHET") -> None:
        self._posts.put((url, {"senderId": sender, "phoneNumber": phone}, None))

    # -- requests ---------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply | None:
        if request.path not in (FORM, BULK):
            return Reply(404, b"The requested resource does not exist")
        if request.header("apiKey") != self.api_key:
            return Reply(401, b"The supplied authentication is invalid")
        bulk = request.path == BULK
        form = _read(request, bulk)
        needed = {"username", "message", "phoneNumbers" if bulk else "to"}
        if form is None or needed - form.keys():
            return Reply(400, f"Request is missing one of {sorted(needed)}".encode())
        self.requests.append(form)
        self.headers.append(request.headers)
        fault = self.faults.popleft() if self.faults else None
        return self._befall(fault, form, request)

    def _befall(self, fault: object, form: dict, request: Request) -> Reply | None:
        if fault == "stall":
            self._take_untold(form, request)
            return None
        if fault == "close":
            self._take_untold(form, request)
            return HANG_UP
        if fault == "close mid-reply":
            self._take_untold(form, request)
            return Reply(201, b'{"SMSMessageData":', "application/json", length=1000, breaks=True)
        if isinstance(fault, str) and fault.startswith("http "):
            html = b"<html>Something went wrong</html>"
            to = [("Location", f"{self.url}{FORM}")] if fault.startswith("http 3") else []
            return Reply(int(fault[5:]), html, "text/html", to)
        if fault == "not json":
            self._take_untold(form, request)
            return Reply(201, b"OK")
        if fault == "no recipients":
            body = {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
            return Reply(201, json.dumps(body).encode(), "application/json; charset=utf-8")
        return self._accept(form, fault, request)

    def _take(self, form: dict) -> None:
        with self._news:
            self.sent.append(form)
            self._news.notify_all()

    def _take_untold(self, form: dict, request: Request) -> None:
        """Takes a message on, and sends its receipts, while its reply is lost."""
        self._take(form)
        if self.callback is not None:
            body = self._recipients(_numbers(form), {})
            self._tell(body["SMSMessageData"]["Recipients"], None, request)

    def _accept(self, form: dict, fault: object, request: Request) -> Reply | None:
        numbers = _numbers(form)
        codes = fault if isinstance(fault, dict) else {}
        if isinstance(fault, int):
            codes = dict.fromkeys(numbers, fault)
        taken = any(codes.get(number, 101) in TAKEN for number in numbers)
        if taken:
            self._take(form)
        body = self._recipients(numbers, codes)
        if fault == "long id and cost":
            for recipient in body["SMSMessageData"]["Recipients"]:
                recipient |= {"messageId": "ATXid_" * 40, "cost": "KES 0.8000 " * 10}
        charset = "utf-16" if fault == "lies about charset" else "utf-8"
        kind = "application/json" + ("" if fault == "bare json" else f"; charset={charset}")
        reply = Reply(201, json.dumps(body).encode(), kind)
        if not taken or self.callback is None:
            return reply
        return self._tell(body["SMSMessageData"]["Recipients"], reply, request)

    def _recipients(self, numbers: list[str], codes: Mapping[str, int]) -> dict:
        of = {number: codes.get(number, 101) for number in numbers}
        taken = [number for number, code in of.items() if code in TAKEN]
        cost = f"KES {0.8 * len(taken):.4f}"
        return {
            "SMSMessageData": {
                "Message": f"Sent to {len(taken)}/{len(numbers)} Total Cost: {cost}",
                "Recipients": [
                    {
                        "statusCode": code,
                        "number": number,
                        "status": STATUS.get(code, "Unknown"),
                        "cost": "KES 0.8000" if code in TAKEN else "0",
                        "messageId": f"ATXid_{next(self._ids)}" if code in TAKEN else "None",
                    }
                    for number, code in of.items()
                ],
            }
        }

    # -- receipts ---------------------------------------------------------------------------------

    def _tell(self, recipients: list[dict], reply: Reply | None, request: Request) -> Reply | None:
        """Sends the receipts of those that were taken on; returns the reply, or None where it waits
        for early ones. Without a reply nothing waits for it.

        Those on time are on their way before the reply is read, as they may be in the field.
        """
        early = []
        plan = self.plan = iter(self.plan)
        for recipient in recipients:
            if recipient["messageId"] == "None":
                continue
            news = next(plan, ON_TIME)
            forms = [_receipt(recipient, news)] * news.times
            if news.when == "early" and reply is not None:
                early += forms
            elif news.when == "late" and self.late_seconds is None:
                with self._news:
                    self._held += forms
            else:
                seconds = (self.late_seconds or 0) if news.when == "late" else 0
                for form in forms:
                    post = (self.callback, form, None)
                    self.server.loop.call_later(seconds, self._posts.put, post)
        if not early:
            return reply
        left = count(len(early) - 1, -1)
        for form in early:
            self._posts.put((self.callback, form, lambda: next(left) or request.reply(reply)))
        return None

    def _post(self) -> None:
        while (post := self._posts.get()) is not None:
            url, form, then = post
            try:
                body = urllib.parse.urlencode(form)
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                status = self._lines.request("POST", url, body=body, headers=kind).status
            except urllib3.exceptions.HTTPError:
                status = 0
            with self._news:
                self.answers.append(status)
                self._news.notify_all()
            if then is not None:
                then()
            if status != 200 and self.insists:
                loop = self.server.loop
                loop.call_soon_threadsafe(loop.call_later, 0.5, self._posts.put, (url, form, None))


def _read(request: Request, bulk: bool) -> dict | None:
    if not bulk:
        return dict(urllib.parse.parse_qsl(request.body.decode()))
    try:
        found = json.loads(request.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _numbers(form: Mapping) -> list[str]:
    return form["phoneNumbers"] if "phoneNumbers" in form else form["to"].split(",")


def _receipt(recipient: dict, news: News) -> dict:
    return {
        "id": recipient["messageId"],
        "status": news.status,
        "phoneNumber": recipient["number"],
        "networkCode": news.network,
        "retryCount": "0",
    } | ({"failureReason": news.reason} if news.reason else {})


def mixed(shares: str, chance: random.Random) -> Iterable[News]:
    """An endless plan from `on-time:80,late:10,twice:5,never:5`."""
    pairs = [share.split(":") for share in shares.split(",")]
    plans = [replace(PLANS[name]) for name, _ in pairs]
    weights = [float(weight) for _, weight in pairs]
    while True:
        yield chance.choices(plans, weights)[0]


def main() -> None:
    import argparse

    parser = argparse.ArgumentParser(description="A fake Africa's Talking SMS API.")
    parser.add_argument("--port", type=int, default=9090)
    parser.add_argument("--api-key", default="fake-key")
    parser.add_argument("--latency", type=float, default=0, help="ms before each reply")
    parser.add_argument("--callback", help="URL that receipts are posted to")
    parser.add_argument("--receipts", default="on-time:1", help="on-time:80,late:10,twice:10")
    parser.add_argument("--late", type=float, default=5, help="seconds that late receipts take")
    parser.add_argument("--quiet", action="store_true", help="don't print the messages")
    given = parser.parse_args()
    with FakeAfricasTalking(
        port=given.port,
        api_key=given.api_key,
        latency_ms=given.latency,
        late_seconds=given.late,
        callback=given.callback,
        plan=mixed(given.receipts, random.Random()),
    ) as running:
        print(f"AT_BASE_URL={running.url} AT_API_KEY={given.api_key} (Ctrl-C stops it)", flush=True)
        try:
            seen = 0
            while True:
                for form in running.wait_for(seen + 1, 3600)[seen:]:
                    seen += 1
                    if not given.quiet:
                        print(*_numbers(form), form["message"])
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
