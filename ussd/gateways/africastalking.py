"""Africa's Talking.

In: POST form `sessionId, phoneNumber (E.164), networkCode, serviceCode, text`. `text` is empty at
first, then every entry of the session joined by `*`; a long dial (`*384*50*2*1#`) may give a first
`text` that is not empty. The same `text` again is the same request again.
Out: `text/plain`, beginning with `CON ` (goes on) or `END `. Any other body, or an HTTP error, ends
the session with the network's own error. Sessions last 180 s, answers are due within some 15 s.
End: POST form to a second address, ours with `/events`: `date, sessionId, serviceCode, networkCode,
phoneNumber, status (Success | Incomplete | Failed), cost, durationInMillis, hopsCount, input,
lastAppResponse, errorMessage`.

Simulators and test runners for it leave `serviceCode` out: then the first menu is meant.
Nothing is signed: a secret in the path, and optionally the caller's address, is all the trust
there is.

Source: developers.africastalking.com/docs/ussd. Unsure: whether a star that is typed arrives as
such; the end notice in detail.
"""

from urllib.parse import urlencode

from ussd import wire
from ussd.dials import Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

_HOW: dict[str, How] = {"success": "completed", "incomplete": "timed_out", "failed": "failed"}


class AfricasTalking:
    contract = Contract(
        name="africastalking",
        title="Africa's Talking",
        countries="Kenya, Nigeria, Uganda, Tanzania, Rwanda, Senegal, Côte d'Ivoire and others",
        methods=("POST",),
        takes="form; `text` is cumulative",
        gives="`CON ` or `END `, then the page",
        starts="an empty `text`, or one that a long dial fills",
        repeats="the same `text` again",
        ends="POST to the same address with `/events` after it",
        source="developers.africastalking.com/docs/ussd",
        unsure="whether a typed star arrives as such; the end notice in detail",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = request.form()
        if request.rest == "/events":
            return self._ended(fields)
        text = wire.entry(fields, "text")
        return Dial(
            provider="africastalking",
            session_id=wire.session_id(fields, "sessionId"),
            phone=wire.phone(fields, "phoneNumber"),
            service_code=wire.service_code(fields, "serviceCode")
            if "serviceCode" in fields
            else "",
            network=wire.network(fields, "networkCode"),
            text=text,
            starts=not text,
            cumulative=True,
        )

    def _ended(self, fields: wire.Fields) -> Ended:
        return Ended(
            provider="africastalking",
            session_id=wire.session_id(fields, "sessionId"),
            phone=wire.phone(fields, "phoneNumber"),
            how=_HOW.get(fields.get("status", "").strip().lower(), "failed"),
            reason=wire.note(fields, "errorMessage"),
            cost=wire.note(fields, "cost"),
            seconds=wire.number(fields, "durationInMillis", 1000),
            hops=wire.count(fields, "hopsCount"),
            typed=wire.note(fields, "input", 2000) if "input" in fields else None,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return Response(("END " if reply.ends else "CON ") + reply.text)

    def acknowledge(self, request: Request) -> Response:
        return Response("")

    def call(self, handset: Handset) -> Request:
        typed = [part for part in (handset.shortcut, *handset.entries) if part]
        return _post({**_about(handset), "text": "*".join(typed)})

    def hang_up(self, handset: Handset) -> Request:
        typed = {
            "input": "*".join(handset.entries),
            "lastAppResponse": handset.answer.body if handset.answer else "",
        }
        told = {
            "date": "2026-11-24 09:30:00",
            "status": "Incomplete",
            "cost": "XOF 2.5000",
            "durationInMillis": "42000",
            "hopsCount": str(len(handset.entries) + 1),
            "errorMessage": "",
        }
        return _post({**_about(handset), **told, **typed}, "/events")

    def screen(self, response: Response) -> Shown:
        body = response.body
        if response.status != 200 or body[:4] not in ("CON ", "END "):
            raise NotAScreen(f"HTTP {response.status}: {body[:200]}")
        return Shown(body[4:], goes_on=body.startswith("CON "))


def _about(handset: Handset) -> dict[str, str]:
    return {
        "sessionId": handset.session_id,
        "phoneNumber": handset.number,
        "networkCode": handset.network,
        "serviceCode": handset.service_code,
    }


def _post(fields: dict[str, str], rest: str = "") -> Request:
    return Request("POST", rest, body=urlencode(fields).encode())


GATEWAY = AfricasTalking()
