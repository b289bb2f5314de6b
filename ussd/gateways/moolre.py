"""Moolre (Ghana).

In: POST JSON `sessionid, new` (boolean), `msisdn` (no plus), `network` (3 MTN, 5 AT, 6 Telecel),
`message, extension, data`. Codes are `*203*<extension>#`; `data` is what was dialled beyond it,
`11005` of `*203*109*11005#`. `message` is what was typed just now. Where the code is another, our
address ends in it.
Out: JSON `message, reply` (boolean: an answer is expected).
End: not told.

Source: docs.moolre.com/ussd (February 2024). Unsure: what `message` is when a session begins (it is
not read), whether `data` comes again with every entry (it is read at the start alone), whether
anything marks a repeat.
"""

from collections.abc import Mapping

from ussd import wire
from ussd.dials import Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response


class Moolre:
    contract = Contract(
        name="moolre",
        title="Moolre",
        countries="Ghana",
        methods=("POST",),
        takes="JSON; `message` is the latest entry alone",
        gives="JSON: `reply` true goes on, false ends",
        starts="`new` true; `extension` and `data` tell what was dialled",
        repeats="what comes before the last one is answered",
        ends="not told",
        source="docs.moolre.com/ussd",
        unsure="what `message` is at a start; whether anything marks a repeat",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        starts = wire.flag(fields, "new")
        code = wire.address_code(request.rest) or _shared(fields)
        beyond = wire.sound(fields.get("data")).strip().strip("*#") if starts else ""
        dialled = {"extension and data": wire.long_dial(code, beyond)}
        return Dial(
            provider="moolre",
            session_id=wire.session_id(fields, "sessionid"),
            phone=wire.phone(fields, "msisdn"),
            service_code=wire.service_code(dialled, "extension and data"),
            network=wire.network(fields, "network"),
            text="" if starts else wire.entry(fields, "message"),
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return wire.answer_json({"message": reply.text, "reply": not reply.ends})

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        extension = handset.service_code.strip("*#").rpartition("*")[2]
        fields = {
            "sessionid": handset.session_id,
            "new": not handset.entries,
            "msisdn": handset.number.removeprefix("+"),
            "network": 3,
            "message": handset.entries[-1] if handset.entries else "",
            "extension": int(extension),
            "data": handset.shortcut,
        }
        return wire.post_json(fields, wire.code_address(handset.service_code))

    def hang_up(self, handset: Handset) -> Request | None:
        return None

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, goes_on = told.get("message"), told.get("reply")
        if not isinstance(text, str) or not isinstance(goes_on, bool):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on)


def _shared(fields: Mapping[str, object]) -> str:
    return f"*203*{wire.wanted(fields, 'extension').strip('*#')}#"


GATEWAY = Moolre()
