"""Nalo Solutions (Ghana).

In: POST JSON `USERID, MSISDN, USERDATA, MSGTYPE` (true: the session begins), `NETWORK, SESSIONID`.
`USERDATA` is what was typed just now. `MSISDN` is 233 and nine digits, without a plus. Without
`SESSIONID`, which some accounts do not get, a phone has one session at a time.
Out: JSON `USERID` (as it came), `MSISDN, MSG` (120 characters at most), `MSGTYPE` (true: goes on).
End: not told.

Source: documenter.getpostman.com/view/7705958/UyrEhaLQ (Nalo's USSD API documentation). Unsure:
whether `USERDATA` is the dialled string when a session begins (if it is not, put the service code
at the end of our address); whether the 120 count a letter outside GSM-7 once or twice; whether
anything marks a repeat.
"""

from gsm.pages import Budget
from menus.layouts import Layout
from ussd import wire
from ussd.dials import Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

# 120 characters of `MSG`; in UCS-2 the network itself holds less.
_LAYOUT = Layout(first=Budget(septets=120, units=60), later=Budget(septets=120, units=60))


class Nalo:
    contract = Contract(
        name="nalo",
        title="Nalo Solutions",
        countries="Ghana",
        methods=("POST",),
        takes="JSON; `USERDATA` is the latest entry alone",
        gives="JSON: `MSGTYPE` true goes on, false ends",
        starts="`MSGTYPE` true, `USERDATA` is the dialled string",
        repeats="what comes before the last one is answered",
        ends="not told",
        source="documenter.getpostman.com/view/7705958/UyrEhaLQ",
        unsure="whether `USERDATA` is the dialled string at a start; how the 120 are counted",
        layout=_LAYOUT,
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.json())
        starts = wire.flag(fields, "msgtype")
        return Dial(
            provider="nalo",
            session_id=wire.session_id(fields, "sessionid") if fields.get("sessionid") else "",
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
                "USERID": wire.echo(fields, "userid"),
                "MSISDN": wire.echo(fields, "msisdn"),
                "MSG": reply.text,
                "MSGTYPE": not reply.ends,
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        dialled = wire.long_dial(handset.service_code, handset.shortcut)
        return wire.post_json(
            {
                "USERID": "GUICHET1",
                "MSISDN": handset.number.removeprefix("+"),
                "USERDATA": handset.entries[-1] if handset.entries else dialled,
                "MSGTYPE": not handset.entries,
                "NETWORK": handset.network,
                "SESSIONID": handset.session_id,
            }
        )

    def hang_up(self, handset: Handset) -> Request | None:
        return None

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, goes_on = told.get("MSG"), told.get("MSGTYPE")
        if not isinstance(text, str) or not isinstance(goes_on, bool):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on)


GATEWAY = Nalo()
