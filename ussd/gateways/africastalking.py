"""Africa's Talking.

In: POST form `sessionId, phoneNumber (E.164), networkCode, serviceCode, text`. `text` is empty at
first, then every entry of the session joined by `*`; a long dial (`*384*50*2*1#`) may give a first
`text` that is not empty. The same `text` again is the same request again.
Out: `text/plain`, beginning with `CON ` (goes on) or `END `. Any other body, or an HTTP error, ends
the session with the network's own error. Sessions last 180 s, answers are due within some 15 s.
Nothing is signed: a secret in the path, and optionally the caller's address, is all the trust
there is.

Source: developers.africastalking.com/docs/ussd. Unsure: whether a star that is typed arrives as
such.
"""

import re
from collections.abc import Mapping

from citizens.phones import normal
from menus import layouts
from ussd.dials import BadDial, Dial, Reply
from ussd.gateways import Response

_SERVICE_CODE = re.compile(r"[*#][0-9*#]{1,30}", re.ASCII)


class AfricasTalking:
    name = "africastalking"
    method = "POST"
    layout = layouts.USUAL

    def parse(self, fields: Mapping[str, str]) -> Dial:
        missing = [
            name
            for name in ("sessionId", "phoneNumber", "serviceCode", "text")
            if name not in fields or (name != "text" and not fields[name].strip())
        ]
        if missing:
            raise BadDial(f"missing: {', '.join(missing)}")
        session_id, service_code = fields["sessionId"].strip(), fields["serviceCode"].strip()
        if len(session_id) > 100 or not session_id.isprintable():
            raise BadDial("sessionId is not an id")
        if not _SERVICE_CODE.fullmatch(service_code):
            raise BadDial("serviceCode is not a code such as *384*50#")
        if len(fields["text"]) > 2000:
            raise BadDial("text is over 2,000 characters")
        try:
            phone = normal(fields["phoneNumber"].strip())
        except ValueError as wrong:
            raise BadDial(f"phoneNumber: {wrong}") from None
        network = fields.get("networkCode", "").strip()[:20]
        return Dial(self.name, session_id, phone, service_code, network, fields["text"].strip())

    def render(self, reply: Reply) -> Response:
        return Response(
            ("END " if reply.ends else "CON ") + reply.text, "text/plain; charset=utf-8"
        )


GATEWAY = AfricasTalking()
