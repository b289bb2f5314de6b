"""MTN, through MADAPI (api.mtn.com).

In: POST JSON `sessionId, messageType` (0 begin, 1 continue, 2 end, 3 notification, 4 cancel,
5 timeout; a string), `msisdn` (no plus), `serviceCode, ussdString[, cellId, language, imsi]`.
`ussdString` is what was dialled or typed just now; of a cancel, its reason.
Out: JSON `statusCode` ("0000"), `statusMessage, transactionId, data {inboundResponse` (the page),
`userInputRequired` (boolean), `messageType` (1 goes on, 2 ends), `serviceCode, msisdn}, _link`.
End: the same address, `messageType` 2, 4 or 5.

Source: MTN Messaging USSD API 1.0.0 (developers.mtn.com; its OpenAPI file in
api-evangelist/mtn-group). Unsure: whether `ussdString` is the whole dialled string at the beginning
(the service code is read where it is not), what `transactionId` should be (the session's id here),
whether MADAPI sends a request again.
"""

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

_HOW: dict[str, How] = {"2": "completed", "4": "released", "5": "timed_out"}


class Mtn:
    contract = Contract(
        name="mtn",
        title="MTN (MADAPI)",
        countries="MTN's countries: Côte d'Ivoire, Benin, Cameroon, Ghana, Nigeria and others",
        methods=("POST",),
        takes="JSON; `ussdString` is the latest entry alone",
        gives="JSON: `data.messageType` 1 goes on, 2 ends",
        starts="`messageType` 0, `ussdString` is the dialled string",
        repeats="what comes before the last one is answered",
        ends="`messageType` 2, 4 or 5, at the same address",
        source="developers.mtn.com, Messaging USSD API 1.0.0",
        unsure="whether `ussdString` is the dialled string at a start; `transactionId`",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        kind = wire.sound(fields.get("messagetype")).strip()
        session_id = wire.session_id(fields, "sessionid")
        phone = wire.phone(fields, "msisdn")
        if kind in _HOW:
            reason = wire.note(fields, "ussdstring")
            return Ended("mtn", session_id, phone, _HOW[kind], reason)
        if kind not in ("0", "1"):
            raise BadDial("messageType is none of 0, 1, 2, 4, 5")
        starts = kind == "0"
        return Dial(
            provider="mtn",
            session_id=session_id,
            phone=phone,
            service_code=(wire.dialled(fields, "ussdstring") if starts else "")
            or wire.service_code(fields, "servicecode"),
            network="mtn",
            text="" if starts else wire.entry(fields, "ussdstring"),
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        fields = wire.heard(request)
        return wire.answer_json(
            {
                "statusCode": "0000",
                "statusMessage": "Success",
                "transactionId": wire.echo(fields, "sessionid"),
                "data": {
                    "inboundResponse": reply.text,
                    "userInputRequired": not reply.ends,
                    "messageType": 2 if reply.ends else 1,
                    "serviceCode": wire.echo(fields, "servicecode"),
                    "msisdn": wire.echo(fields, "msisdn"),
                },
                "_link": {"self": {"href": "https://api.mtn.com/v1/messages/ussd/inbound"}},
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        if handset.entries:
            return _post(handset, "1", handset.entries[-1])
        return _post(handset, "0", wire.long_dial(handset.service_code, handset.shortcut))

    def hang_up(self, handset: Handset) -> Request:
        return _post(handset, "5", "")

    def screen(self, response: Response) -> Shown:
        data = wire.nested(wire.told(response), "data")
        text, kind = data.get("inboundresponse"), data.get("messagetype")
        if not isinstance(text, str) or kind not in (1, 2):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on=kind == 1)


def _post(handset: Handset, kind: str, text: str) -> Request:
    return wire.post_json(
        {
            "sessionId": handset.session_id,
            "messageType": kind,
            "msisdn": handset.number.removeprefix("+"),
            "serviceCode": handset.service_code.strip("*#"),
            "ussdString": text,
        }
    )


GATEWAY = Mtn()
