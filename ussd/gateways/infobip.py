"""Infobip (many countries).

In: `/session/<id>/start`, `/session/<id>/response` below our address; JSON `msisdn` (no plus),
`text, shortCode[, imsi, language, optional, ussdGwId]`. `text` is what was dialled, then what was
typed just now; `shortCode` is often left out: our address may have the service code before these
paths, `/384-50/session/<id>/start`.
Out: JSON `ussdMenu, shouldClose` (boolean), `responseExitCode` (200), `responseMessage`. Whatever
it says, the first page is sent as one that goes on.
End: `/session/<id>/end`; JSON `exitCode, reason, msisdn`; answered like a session that closes.

Source: "INFOBIP USSD Gateway to Third-party Application HTTP/REST/JSON Web Service API", as quoted
and tested in praekelt/vumi, vumi/transports/infobip. Unsure: POST or PUT (both are taken), the exit
codes (200 is an end as it should be, others are taken for a fault), whether an end has its `msisdn`
always, whether `/session/<id>/status` is asked (it is refused).
"""

import re
from collections.abc import Mapping

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, How, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

_PATH = re.compile(r"(?P<code>/[^/]+)?/session/(?P<id>[^/]+)/(?P<event>start|response|end)/?")


class Infobip:
    contract = Contract(
        name="infobip",
        title="Infobip",
        countries="many",
        methods=("POST", "PUT"),
        takes="JSON at three paths; `text` is the latest entry alone",
        gives="JSON: `shouldClose` false goes on, true ends",
        starts="the path `/session/<id>/start`, `text` is the dialled string",
        repeats="what comes before the last one is answered",
        ends="the path `/session/<id>/end`",
        source="praekelt/vumi, vumi/transports/infobip, which quotes Infobip's own contract",
        unsure="POST or PUT; the exit codes; whether an end has its `msisdn`",
    )

    def parse(self, request: Request) -> Dial | Ended:
        path = _PATH.fullmatch(request.rest)
        if path is None:
            raise BadDial("the path is none of /session/<id>/start, /response, /end")
        fields = {**wire.lowered(request.json()), "sessionid": path["id"]}
        session_id = wire.session_id(fields, "sessionid")
        phone = wire.phone(fields, "msisdn")
        if path["event"] == "end":
            exit_code = wire.note(fields, "exitcode")
            how: How = "completed" if exit_code in ("", "200") else "failed"
            reason = f"{exit_code} {wire.note(fields, 'reason')}".strip()
            return Ended("infobip", session_id, phone, how, reason)
        starts = path["event"] == "start"
        return Dial(
            provider="infobip",
            session_id=session_id,
            phone=phone,
            service_code=(wire.dialled(fields, "text") if starts else "")
            or wire.address_code(path["code"] or "")
            or _short_code(fields),
            network=wire.network(fields, "ussdgwid"),
            text="" if starts else wire.entry(fields, "text"),
            starts=starts,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        return wire.answer_json(
            {
                "ussdMenu": reply.text,
                "shouldClose": reply.ends,
                "responseExitCode": 200,
                "responseMessage": "",
            }
        )

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        if handset.entries:
            return _post(handset, "response", {"text": handset.entries[-1]})
        dialled = wire.long_dial(handset.service_code, handset.shortcut)
        return _post(handset, "start", {"text": dialled, "shortCode": handset.service_code})

    def hang_up(self, handset: Handset) -> Request:
        return _post(handset, "end", {"exitCode": 500, "reason": "session timed out"})

    def screen(self, response: Response) -> Shown:
        told = wire.told(response)
        text, closes = told.get("ussdMenu"), told.get("shouldClose")
        if not isinstance(text, str) or not isinstance(closes, bool):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        return Shown(text, goes_on=not closes)


def _short_code(fields: Mapping[str, object]) -> str:
    return wire.service_code(fields, "shortcode") if fields.get("shortcode") else ""


def _post(handset: Handset, event: str, fields: dict[str, object]) -> Request:
    about = {"msisdn": handset.number.removeprefix("+"), "ussdGwId": handset.network}
    return wire.post_json({**about, **fields}, f"/session/{handset.session_id}/{event}")


GATEWAY = Infobip()
