"""The gateways, as a page for operators: made from their contracts, docstrings and own requests."""

import re
import sys

from gsm.pages import Budget
from ussd.dials import Dial, Reply
from ussd.gateways import Gateway, Handset, all_gateways
from ussd.wire import Request, Response

_PHONE = Handset("+221770000001", "*384*50#", session_id="4f3a91", network="60801")
_WAYS = ("In: ", "Out: ", "End: ")
_PAGE = Reply("Bienvenue\n1 File\n2 Dossier", ends=False, choices=2)


def page() -> str:
    """docs/gateways.md."""
    gateways = [all_gateways()[name] for name in sorted(all_gateways())]
    parts = [_ABOVE, _index(gateways), *map(_section, gateways), _ADDING]
    return "\n\n".join(part.strip() for part in parts) + "\n"


_ABOVE = """
# Gateways

Made from the code by `flask ussd gateways`. A gateway carries what is dialled to Guichet. Choose
the provider you have a contract with, and enter the address below with it, where `<secret>` is one
of `WEBHOOK_SECRETS`. Several can be used at a time: a session belongs to the gateway that began it.

Where an address ends in `/384-50`, write your own service code there: `*384*50#` without its outer
signs, and with `-` for `*`. That provider does not tell which code was dialled. The others, but for
Africa's Talking and MTN, take such an ending too, for an account whose first request does not hold
the dialled string.

A screen holds so many septets if all its letters are in the GSM alphabet, else so many UCS-2 units;
menus are cut to it. What is unsure only a real account can settle: dial once, look at the log, and
correct the gateway's module.
"""

_ADDING = """
## Add a gateway

One file, `ussd/gateways/<name>.py`: there is no list to enter it in.

1. Its docstring is the wire contract: what comes in, what goes out, how an end is told, the
   source, and what is unsure.
2. Its class has a `contract` (this page is made from it), reads a request with `parse`, raising
   `BadDial` with what is wrong, and writes answers with `render` and `acknowledge`, which never
   raise. `ussd/wire.py` reads fields: forgiving in form, strict in content.
3. It plays the provider too, with `call`, `hang_up` and `screen`, for the phones of `flask dial`
   and of the tests.
4. The module ends with `GATEWAY = …()`.
5. `tests/ussd/gateways/test_<name>.py` is its table of cases; `test_all.py` beside it takes the
   new one up by itself. Then bring this page up to date.
"""


def _index(gateways: list[Gateway]) -> str:
    rows = ["| gateway | where | method | entries | screens |", "|---|---|---|---|---|"]
    for gateway in gateways:
        facts = gateway.contract
        link = f"[{facts.title}](#{_anchor(facts.title)})"
        cells = (link, facts.countries, ", ".join(facts.methods), _entries(gateway))
        rows.append(f"| {' | '.join(cells)} | {_budget(facts.layout.later)} |")
    return "\n".join(rows)


def _anchor(title: str) -> str:
    """The name that renderers of Markdown give a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _section(gateway: Gateway) -> str:
    facts = gateway.contract
    rows = {
        "Address": f"`https://your-host/ussd/{facts.name}/<secret>{facts.address}`",
        "Where": facts.countries,
        "Method": ", ".join(facts.methods),
        "It sends": facts.takes,
        "We answer": facts.gives,
        "Entries": _entries(gateway),
        "First screen": _budget(facts.layout.first),
        "Later screens": _budget(facts.layout.later),
        **{f"On {network}": _budget(held.later) for network, held in facts.networks.items()},
        "Character sets": facts.charset,
        "A session starts with": facts.starts,
        "A repeat is told by": facts.repeats,
        "An end is told by": facts.ends if facts.ends != "not told" else "nothing",
        "Source": facts.source,
        "Unsure": facts.unsure or "nothing that we know of",
    }
    table = "\n".join(
        ["| | |", "|---|---|", *(f"| {name} | {said} |" for name, said in rows.items())]
    )
    return f"## {facts.title}\n\n{table}\n\n{_on_the_wire(gateway)}\n\n{_exchange(gateway)}"


def _entries(gateway: Gateway) -> str:
    dial = gateway.parse(gateway.call(_PHONE))
    assert isinstance(dial, Dial)
    return "all of the session, cumulative" if dial.cumulative else "the latest alone"


def _budget(budget: Budget) -> str:
    return f"{budget.septets} septets or {budget.units} UCS-2 units"


def _on_the_wire(gateway: Gateway) -> str:
    """The docstring, without its title and the last paragraph, which the table has said."""
    text = sys.modules[type(gateway).__module__].__doc__ or ""
    return "\n\n".join(_paragraph(part) for part in text.strip().split("\n\n")[1:-1])


def _paragraph(text: str) -> str:
    """A bullet for each way, where a paragraph tells them."""
    if not text.startswith(_WAYS):
        return text
    return "\n".join(
        f"{'-' if line.startswith(_WAYS) else ' '} {line}" for line in text.split("\n")
    )


def _exchange(gateway: Gateway) -> str:
    request = gateway.call(_PHONE)
    answer = gateway.render(_PAGE, request)
    return f"{_drawn_request(gateway, request)}\n\n{_drawn_response(answer)}"


def _drawn_request(gateway: Gateway, request: Request) -> str:
    query = f"?{request.query}" if request.query else ""
    lines = [f"{request.method} /ussd/{gateway.contract.name}/<secret>{request.rest}{query}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body:
        lines += [f"Content-Type: {request.content_type}", "", request.body.decode()]
    return _fenced("A first call:", lines)


def _drawn_response(answer: Response) -> str:
    head = [f"Content-Type: {answer.content_type}", *(f"{n}: {v}" for n, v in answer.headers)]
    return _fenced("and our answer:", [*head, "", answer.body])


def _fenced(title: str, lines: list[str]) -> str:
    return "\n".join([title, "", "```http", *lines, "```"])
