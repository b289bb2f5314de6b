"""Arkesel (Ghana).

In: POST JSON `sessionID, userID, newSession` (boolean), `msisdn, userData, network`. `userData` is
the dialled string where `newSession` is true, then what was typed just now. `msisdn` has no plus.
What was dialled is not told again; our address may end in the service code, `/384-50`.
Out: JSON `sessionID, userID, msisdn, message, continueSession` (boolean).
End: not told.

Source: developers.arkesel.com, USSD; its fields as several open integrations read them. Unsure:
whether anything marks a repeat (we tell it by what comes before the last one is answered);
whether `newSession` may come as a word, which is read too.
"""

from ussd import wire
from ussd.dials import Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response


class Arkesel:
    contract = Contract(
        name="arkesel",
        title="Arkesel",
        countries="Ghana",
        methods=("POST",),
        takes="JSON; `userData` is the latest entry alone",
        gives="JSON: `continueSession` true goes on, false ends",
        starts="`newSession` true, `userData` is the dialled string",
        repeats="what comes before the last one is answered",
        ends="not told",
        source="developers.arkesel.com",
        unsure="whether anything marks a repeat",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        starts = wire.flag(fields, "newsession")
        return Dial(
            provider="arkesel",
            session_id=wire.session_id(fields, "sessionid"),
            phone=wire.phone(fields, "msisdn"),
            service_code=(wire.dialled(fields, "userdata") if starts else "")
            or wire.address_code(request.rest),
            network=wire.network(fields, "network"),
            text="" if starts else wire.entry(fields, "userdata"),
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        fields = wire.heard(request)
        return wire.answer_json(
            {
                "sessionID": wire.echo(fields, "sessionid"),
                "userID": wire.echo(fields, "userid"),
                "msisdn": wire.echo(fields, "msisdn"),
                "message": reply.text,
                "continueSession": not reply.ends,
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        dialled = wire.long_dial(handset.service_code, handset.shortcut)
        return wire.post_json(
            {
                "sessionID": handset.session_id,
                "userID": "GUICHET1",
                "newSession": not handset.entries,
                "msisdn": handset.number.removeprefix("+"),
                "userData": handset.entries[-1] if handset.entries else dialled,
                "network": handset.network,
            }
        )

    def hang_up(self, handset: Handset) -> Request | None:
        return None

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, goes_on = told.get("message"), told.get("continueSession")
        if not isinstance(text, str) or not isinstance(goes_on, bool):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on)


GATEWAY = Arkesel()
