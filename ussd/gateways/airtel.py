"""Airtel (14 countries), on Comviva's gateway: Flares HTTP Pull.

In: GET `SessionID, MSISDN` (no plus), `MSC, input`. The first `input` is what was dialled without
its outer signs, `384*50` or `384*50*2*1`, later ones what was typed just now. Nothing marks the
first: our address ends in the service code, `/384-50`, and an input that is it, or begins with it,
begins the session. (Whoever types the whole code as an entry sees the same screen again.)
Out: `text/plain`, the page alone, with the header `Freeflow: FC` (goes on) or `FB` (ends), and
`charge: N, amount: 0`. The page must not begin with a blank.
End: the same address, GET `SessionID, msisdn, clean` (clean-session), `error`.

Source: vumi's transport for Flares 1.5.0 (praekelt/vumi, vumi/transports/airtel). Unsure: the
meaning of `error` (522 and others: any but 0 is taken for a fault), in which character set the page
is read, whether `charge` and `amount` are wanted where nothing is charged.
"""

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response


class Airtel:
    contract = Contract(
        name="airtel",
        title="Airtel (Comviva)",
        countries="Airtel's 14 African countries",
        methods=("GET",),
        takes="query; `input` is the latest entry alone",
        gives="text; header `Freeflow` FC goes on, FB ends",
        starts="an `input` that is the code in our address, or begins with it",
        repeats="what comes before the last one is answered",
        ends="GET with `clean` and `error`, at the same address",
        source="praekelt/vumi, vumi/transports/airtel (Flares 1.5.0)",
        unsure="the meaning of `error`; the page's character set",
        address="/384-50",
    )

    def parse(self, request: Request) -> Dial | Ended:
        fields = wire.lowered(request.arguments())
        session_id = wire.session_id(fields, "sessionid")
        phone = wire.phone(fields, "msisdn")
        if "clean" in fields:
            error = wire.note(fields, "error")
            how: How = "released" if error in ("", "0") else "failed"
            return Ended("airtel", session_id, phone, how, reason=error)
        code = wire.address_code(request.rest)
        if not code:
            raise BadDial("the address must end in the service code, as in /384-50")
        typed = wire.entry(fields, "input")
        dialled = wire.dialled({"input": f"*{typed.strip('*#')}"}, "input")
        starts = f"{dialled.rstrip('#')}*".startswith(f"{code.rstrip('#')}*")
        return Dial(
            provider="airtel",
            session_id=session_id,
            phone=phone,
            service_code=dialled if starts else code,
            network="airtel",
            text="" if starts else typed,
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        flow = ("Freeflow", "FB" if reply.ends else "FC")
        return Response(reply.text.lstrip(), headers=(flow, ("charge", "N"), ("amount", "0")))

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        dialled = wire.long_dial(handset.service_code, handset.shortcut)
        typed = handset.entries[-1] if handset.entries else dialled.strip("*#")
        number = handset.number.removeprefix("+")
        return _get(handset, {"MSISDN": number, "MSC": "221000001", "input": typed})

    def hang_up(self, handset: Handset) -> Request:
        number = handset.number.removeprefix("+")
        return _get(handset, {"msisdn": number, "clean": "clean-session", "error": "522"})

    def screen(self, response: Response) -> Shown:
        flow = response.header("Freeflow")
        if response.status != 200 or flow not in ("FC", "FB"):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(response.body, goes_on=flow == "FC")


def _get(handset: Handset, fields: dict[str, str]) -> Request:
    session = {"SessionID": handset.session_id}
    return wire.get({**session, **fields}, wire.code_address(handset.service_code))


GATEWAY = Airtel()
