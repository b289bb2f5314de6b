"""Beem (Tanzania), USSD hub.

In: POST JSON `command` (initiate | continue | terminate), `msisdn` (no plus), `operator,
session_id, payload {request_id, response}`. `response` is what was typed just now, and `0` at the
start. What was dialled is not told: where several menus are live, our address ends in the service
code, `/384-50`, and a long dial is lost.
Out: JSON `msisdn, operator, session_id, command` (continue: goes on; terminate: ends),
`payload {request_id` (as it came), `request` (the page)`}`.
End: the same address, `command` terminate.

Source: docs.beem.africa/ussd, read through open integrations. Unsure: whether `continue` answers
`initiate` (some answer initiate), what `request_id` means (it is often always 0, so it tells no
repeat here), whether the answer to a terminate is read.
"""

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response


class Beem:
    contract = Contract(
        name="beem",
        title="Beem",
        countries="Tanzania",
        methods=("POST",),
        takes="JSON; `payload.response` is the latest entry alone",
        gives="JSON: `command` continue goes on, terminate ends",
        starts="`command` initiate; what was dialled is not told",
        repeats="what comes before the last one is answered",
        ends="`command` terminate, at the same address",
        source="docs.beem.africa/ussd",
        unsure="which `command` answers initiate; what `request_id` means",
        address="/384-50",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        command = wire.sound(fields.get("command")).strip().lower()
        session_id = wire.session_id(fields, "session_id")
        phone = wire.phone(fields, "msisdn")
        if command == "terminate":
            return Ended("beem", session_id, phone, "released")
        if command not in ("initiate", "continue"):
            raise BadDial("command is none of initiate, continue, terminate")
        starts = command == "initiate"
        return Dial(
            provider="beem",
            session_id=session_id,
            phone=phone,
            service_code=wire.address_code(request.rest),
            network=wire.network(fields, "operator"),
            text="" if starts else wire.entry(wire.nested(fields, "payload"), "response"),
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        fields = wire.heard(request)
        return wire.answer_json(
            {
                "msisdn": wire.echo(fields, "msisdn"),
                "operator": wire.echo(fields, "operator"),
                "session_id": wire.echo(fields, "session_id"),
                "command": "terminate" if reply.ends else "continue",
                "payload": {
                    "request_id": wire.echo(wire.nested(fields, "payload"), "request_id"),
                    "request": reply.text,
                },
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        command = "continue" if handset.entries else "initiate"
        return _post(handset, command, handset.entries[-1] if handset.entries else "0")

    def hang_up(self, handset: Handset) -> Request:
        return _post(handset, "terminate", "")

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, command = wire.nested(told, "payload").get("request"), told.get("command")
        if not isinstance(text, str) or command not in ("continue", "terminate"):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on=command == "continue")


def _post(handset: Handset, command: str, response: str) -> Request:
    fields = {
        "command": command,
        "msisdn": handset.number.removeprefix("+"),
        "session_id": handset.session_id,
        "operator": handset.network,
        "payload": {"request_id": 0, "response": response},
    }
    return wire.post_json(fields, wire.code_address(handset.service_code))


GATEWAY = Beem()
