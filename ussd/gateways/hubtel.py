"""Hubtel (Ghana), programmable services.

In: POST JSON `Type` (Initiation | Response | Timeout | Release), `Message, ServiceCode, Operator,
Mobile, SessionId, Sequence, ClientState, Platform`; the letter case of names and types varies. On
Initiation `Message` is the dialled string, then what was typed just now. `Sequence` counts the
session's requests from 1. `Mobile` has no plus.
Out: JSON `SessionId, Type` (response: goes on; release: ends), `Message, Label, DataType`
(display | input), `FieldType, ClientState`.
End: the same address, `Type` Timeout or Release.

From Hubtel's own app there is no dialled string, and `ServiceCode` is an id: such a service needs
the service code at the end of our address.

Source: developers.hubtel.com/docs/api-reference-prog-services. Unsure: whether `Sequence` stays the
same in a repeat; `Timeout`, which the reference no longer lists; how a payment's `AddToCart` would
have to be answered (it is refused).
"""

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

_HOW: dict[str, How] = {"timeout": "timed_out", "release": "released"}


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
        source="developers.hubtel.com/docs/api-reference-prog-services",
        unsure="whether `Sequence` stays the same in a repeat; whether `Timeout` is still sent",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        kind = wire.sound(fields.get("type")).strip().lower()
        if kind in _HOW:
            return Ended(
                provider="hubtel",
                session_id=wire.session_id(fields, "sessionid"),
                phone=wire.phone(fields, "mobile"),
                how=_HOW[kind],
                hops=wire.count(fields, "sequence"),
            )
        if kind not in ("initiation", "response"):
            raise BadDial("Type is none of Initiation, Response, Timeout, Release")
        starts = kind == "initiation"
        return Dial(
            provider="hubtel",
            session_id=wire.session_id(fields, "sessionid"),
            phone=wire.phone(fields, "mobile"),
            service_code=(wire.dialled(fields, "message") if starts else "")
            or wire.address_code(request.rest)
            or wire.service_code(fields, "servicecode"),
            network=wire.network(fields, "operator"),
            text="" if starts else wire.entry(fields, "message"),
            starts=starts,
            turn=wire.count(fields, "sequence"),
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return wire.answer_json(
            {
                "SessionId": wire.echo(wire.heard(request), "sessionid"),
                "Type": "release" if reply.ends else "response",
                "Message": reply.text,
                "Label": "Guichet",
                "DataType": "display" if reply.ends else "input",
                "FieldType": "text",
                "ClientState": "",
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        if handset.entries:
            return _post(handset, "Response", handset.entries[-1])
        dialled = wire.long_dial(handset.service_code, handset.shortcut)
        return _post(handset, "Initiation", dialled)

    def hang_up(self, handset: Handset) -> Request:
        return _post(handset, "Timeout", "")

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, kind = told.get("Message"), told.get("Type")
        if not isinstance(text, str) or kind not in ("response", "release"):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on=kind == "response")


def _post(handset: Handset, kind: str, message: str) -> Request:
    return wire.post_json(
        {
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
    )


GATEWAY = Hubtel()
