"""Hubtel (Ghana), programmable services.

In: POST JSON `Type` (Initiation | Response | Timeout | Release), `Message, ServiceCode, Operator,
Mobile, SessionId, Sequence, ClientState, Platform`; the letter case of the names varies. On
Initiation `Message` is the dialled string, then what was typed just now. `Sequence` counts the
session's requests.
Out: JSON `SessionId, Type` (response: goes on; release: ends), `Message, Label, DataType,
FieldType, ClientState`.
End: the same address, `Type` Timeout or Release.

Source: developers.hubtel.com, USSD. Unsure: whether `Sequence` stays the same in a repeat.
"""

import json

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import JSON, Request, Response, answer_json, lowered, sound


class Hubtel:
    contract = Contract(
        name="hubtel",
        title="Hubtel",
        countries="Ghana",
        methods=("POST",),
        takes="JSON; `Message` is the latest entry alone",
        gives="JSON: `Type` response goes on, release ends",
        starts="`Type` Initiation, `Message` is the dialled string",
        repeats="a `Sequence` that does not grow",
        ends="`Type` Timeout or Release, at the same address",
        source="developers.hubtel.com",
        unsure="whether `Sequence` stays the same in a repeat",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = lowered(request.json())
        kind = sound(fields.get("type")).strip().lower()
        session_id = wire.session_id(fields, "sessionid")
        phone = wire.phone(fields, "mobile")
        if kind in ("timeout", "release"):
            how: How = "timed_out" if kind == "timeout" else "released"
            return Ended("hubtel", session_id, phone, how, hops=wire.count(fields, "sequence"))
        if kind not in ("initiation", "response"):
            raise BadDial("Type is none of Initiation, Response, Timeout, Release")
        starts = kind == "initiation"
        message = wire.entry(fields, "message")
        code = "message" if starts and message[:1] in ("*", "#") else "servicecode"
        return Dial(
            provider="hubtel",
            session_id=session_id,
            phone=phone,
            service_code=wire.service_code(fields, code),
            network=wire.network(fields, "operator"),
            text="" if starts else message,
            starts=starts,
            turn=wire.count(fields, "sequence"),
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return answer_json(
            {
                "SessionId": wire.echo(request, "SessionId"),
                "Type": "release" if reply.ends else "response",
                "Message": reply.text,
                "Label": "Guichet",
                "DataType": "display" if reply.ends else "input",
                "FieldType": "text",
                "ClientState": "",
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return answer_json({"SessionId": wire.echo(request, "SessionId"), "Type": "release"})

    def call(self, handset: Handset) -> Request:
        if handset.entries:
            return _post(handset, "Response", handset.entries[-1])
        beyond = f"*{handset.shortcut}#" if handset.shortcut else "#"
        return _post(handset, "Initiation", handset.service_code.rstrip("#") + beyond)

    def hang_up(self, handset: Handset) -> Request:
        return _post(handset, "Timeout", "")

    def screen(self, response: Response) -> Shown:
        told = lowered(wire.told(response))
        if response.status != 200 or told.get("type") not in ("response", "release"):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(str(told["message"]), goes_on=told["type"] == "response")


def _post(handset: Handset, kind: str, message: str) -> Request:
    fields = {
        "Type": kind,
        "Message": message,
        "ServiceCode": handset.service_code.strip("*#"),
        "Operator": handset.network,
        "Mobile": handset.number.removeprefix("+"),
        "SessionId": handset.session_id,
        "Sequence": len(handset.entries) + 1,
        "ClientState": "",
        "Platform": "USSD",
    }
    return Request("POST", body=json.dumps(fields).encode(), content_type=JSON)


GATEWAY = Hubtel()
