"""Orange, #303# My Store (14 countries of Africa and the Middle East).

Orange browses us: HTTP GET on behalf of the citizen, answered by a page in a subset of xHTML. The
number comes in a header that the contract names (`User-MSISDN` unless it says otherwise), in
international format. There is no session and no dialled string: our address ends in the service
code, `/384-50`, where several menus are live.

In: GET without arguments begins. A page's choices are links and what is typed a form, which carry
the state: `n`, how many entries led to the page, and `e`, the entry. A request whose `n` is that of
an older page is a repeat, or the way back to a page that is gone: it gets the latest page again.
Out: the page; one without links or a form ends.
End: not told.

Source: developer.orange.com/apis/303mystore/getting-started; the header, as services on the same
browser read it. The interface contract comes with the signature. Unsure: the name of the header;
whether links may be relative, whether the browser numbers them itself beside our keys, whether a
form keeps a hidden field (its address carries the turn too); how long a page may be.
"""

import html
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from ussd import wire
from ussd.dials import BadDial, Dial, Ended, Reply
from ussd.gateways import Contract, Handset, NotAScreen, Shown
from ussd.wire import Request, Response

_XHTML = "text/html; charset=utf-8"
_HEAD = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Guichet</title></head><body><p>'
_TAIL = "</body></html>"


class Orange:
    contract = Contract(
        name="orange",
        title="Orange #303# My Store",
        countries="Senegal, Mali, Côte d'Ivoire, Burkina Faso, Guinea and others",
        methods=("GET",),
        takes="query `n` and `e`, from our own links; `e` is the latest entry alone",
        gives="xHTML: choices are links, what is typed a form; neither ends",
        starts="no arguments",
        repeats="an `n` that does not grow",
        ends="not told",
        source="developer.orange.com/apis/303mystore/getting-started",
        unsure="the name of the number's header; relative links; hidden fields; a page's length",
        address="/384-50",
    )

    def __init__(self, header: str = "User-MSISDN") -> None:
        self._header = header

    def parse(self, request: Request) -> Dial | Ended:
        fields = request.arguments()
        starts = "n" not in fields
        turn = wire.count(fields, "n")
        if turn is None and not starts:
            raise BadDial("n is not a turn")
        number = {self._header: request.headers.get(self._header.lower(), "")}
        return Dial(
            provider="orange",
            session_id="",
            phone=wire.phone(number, self._header),
            service_code=wire.address_code(request.rest),
            network="orange",
            text="" if starts else wire.entry(fields, "e"),
            starts=starts,
            turn=0 if turn is None else turn + 1,
        )

    def render(self, reply: Reply, request: Request) -> Response:
        lines = _clean(reply.text).split("\n")
        choices = 0 if reply.ends else min(reply.choices, len(lines))
        words, below = lines[: len(lines) - choices], lines[len(lines) - choices :]
        drawn = [html.escape(line) for line in words] + [_link(reply.turn, line) for line in below]
        form = "" if reply.ends or (choices and not reply.types) else _form(reply.turn)
        return Response(f"{_HEAD}{'<br/>'.join(drawn)}</p>{form}{_TAIL}", _XHTML)

    def acknowledge(self, request: Request) -> Response:
        return self.render(Reply("", ends=True), request)

    def call(self, handset: Handset) -> Request:
        query = ""
        if handset.entries:
            page = _Page(handset.answer.body if handset.answer else "")
            query = page.following(handset.entries[-1])
        rest = wire.code_address(handset.service_code)
        return Request("GET", rest, query, headers={self._header.lower(): handset.number})

    def hang_up(self, handset: Handset) -> Request | None:
        return None

    def screen(self, response: Response) -> Shown:
        if response.status != 200 or not response.body.startswith(_HEAD):
            raise NotAScreen(f"HTTP {response.status}: {response.body[:200]}")
        page = _Page(response.body)
        return Shown(page.text, goes_on=bool(page.links or page.turn))


def _clean(text: str) -> str:
    """Without what XML has no way to write."""
    return "".join(sign for sign in wire.sound(text) if sign == "\n" or sign >= " ")


def _link(turn: int, line: str) -> str:
    """A choice, `key label`."""
    query = urlencode({"n": turn, "e": line.split(" ", 1)[0]})
    return f'<a href="?{html.escape(query)}">{html.escape(line)}</a>'


def _form(turn: int) -> str:
    hidden = f'<input type="hidden" name="n" value="{turn}"/>'
    return f'<form action="?n={turn}" method="get">{hidden}<input type="text" name="e"/></form>'


class _Page(HTMLParser):
    """A page as Orange's browser reads it: its text, where its links lead, the turn in its form."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.text, self.turn = "", ""
        self.links: dict[str, str] = {}
        self._in_body = False
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._in_body = self._in_body or tag == "body"
        if tag == "br":
            self.text += "\n"
        elif tag == "a":
            query = urlsplit(found["href"]).query
            self.links[dict(parse_qsl(query))["e"]] = query
        elif found.get("name") == "n":
            self.turn = found["value"]

    def handle_data(self, data: str) -> None:
        self.text += data if self._in_body else ""

    def following(self, entry: str) -> str:
        """The query of what was chosen or typed. What is neither is sent as if it had been typed,
        so that a wrong entry can be tried."""
        if entry in self.links:
            return self.links[entry]
        turns = [dict(parse_qsl(query))["n"] for query in self.links.values()]
        return urlencode({"n": self.turn or (turns or ["0"])[0], "e": entry})


GATEWAY = Orange()
