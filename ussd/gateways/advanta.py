"""Advanta Africa (Kenya).

In: GET `SESSIONID, USSDCODE` (`*415#`), `MSISDN` (no plus), `INPUT`: what was dialled, then every
entry of the session, joined by `*` and ended by `#`: `*415*33*1#`. On a shared code the extension,
33 here, is the first of what is beyond `USSDCODE`: our address then ends in the whole of it,
`/415-33`. The same `INPUT` again is the same request again.
Out: `text/plain`, beginning with `CON ` (goes on) or `END `.
End: not told.

Source: github.com/harrykerry/advanta-africa-apis, docs/ussd-api. Unsure: whether `INPUT` ends in
`#` after the first request (one is taken off where it does), whether the dialled `#` stays within
it (`*415#*1` is read too). POST is set up on request only: leave it at GET.
"""

import re

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response


class Advanta:
    contract = Contract(
        name="advanta",
        title="Advanta Africa",
        countries="Kenya",
        methods=("GET",),
        takes="query; `INPUT` is cumulative, the dialled code first",
        gives="`CON ` or `END `, then the page",
        starts="an `INPUT` that is the code, or one that a long dial fills",
        repeats="the same `INPUT` again",
        ends="not told",
        source="github.com/harrykerry/advanta-africa-apis",
        unsure="whether every `INPUT` ends in `#`",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.arguments())
        code = wire.address_code(request.rest) or wire.service_code(fields, "ussdcode")
        text = _beyond(code, wire.entry(fields, "input"))
        return Dial(
            provider="advanta",
            session_id=wire.session_id(fields, "sessionid"),
            phone=wire.phone(fields, "msisdn"),
            service_code=code,
            network="",
            text=text,
            starts=not text,
            cumulative=True,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return Response(("END " if reply.ends else "CON ") + reply.text)

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        code = handset.service_code.rstrip("#")
        typed = [part for part in (code, handset.shortcut, *handset.entries) if part]
        return wire.get(
            {
                "SESSIONID": handset.session_id,
                "USSDCODE": handset.service_code,
                "MSISDN": handset.number.removeprefix("+"),
                "INPUT": "*".join(typed) + "#",
            }
        )

    def hang_up(self, handset: Handset) -> Request | None:
        return None

    def screen(self, response: Response) -> Shown:
        body = response.body
        if response.status != 200 or body[:4] not in ("CON ", "END "):
            raise NotAScreen(f"HTTP {response.status}: {body[:200]}")
        return Shown(body[4:], goes_on=body.startswith("CON "))


def _beyond(code: str, text: str) -> str:
    """What was typed beyond the code: `*415*33*1#` -> `33*1`."""
    bare = re.escape(code.strip("*#"))
    found = re.fullmatch(rf"\*?{bare}#?(?:\*(.*?))?#?", text, re.DOTALL)
    if found is None:
        raise BadDial("INPUT does not begin with the code")
    return found[1] or ""


GATEWAY = Advanta()
