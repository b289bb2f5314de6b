"""Callbacks that no provider would send, on every gateway: a valid screen each time, nothing lost.

A thousand for each gateway; `STORM=100000` in the environment sends as many as that.
"""

import os
import random
import re
from collections.abc import Callable
from urllib.parse import quote

import psutil
import pytest
from msgspec.structs import replace

from ussd.gateways import Handset, all_gateways
from ussd.wire import Request

COUNT = int(os.environ.get("STORM", "1000"))

NASTY = [
    *("", " ", "0", "00", "98", "*", "**", "#", "*#*#", "-1", "1e309", "9" * 400, "1*" * 900),
    *("'; DROP TABLE ticket; --", "1 OR 1=1", "{0}", "{ticket}", "%s%n%x", "${jndi:ldap://x}"),
    *("\x00", "\r\nSet-Cookie: a=b", "\x1b[2J", "\u202e", "\ufeff", "\ud800", "\udfff\ud800"),
    *(
        "١٢٣",
        "१२",
        "𝟙",
        "Ⅷ",
        "é" * 300,
        "👩‍👩‍👧",
        "ŋ",
        "null",
        "true",
        "[]",
        '{"a":1}',
        "<script>",
        "]]>",
    ),
    *("١٢٣", "../../etc/passwd", "+221770000001", "＋２２１", "\t1\t", "1\n2", "\u2028"),
]
LEAKS = re.compile(r"Traceback|Error\b|Exception|File \"|sqlalchemy|werkzeug|redis\.", re.I)


def mutations(rng: random.Random) -> list[Callable[[Request], Request]]:
    """Ways to spoil a request: its bytes, its fields, its shape."""
    nasty = rng.choice(NASTY)

    def bytes_of(text: str) -> bytes:
        return text.encode("utf-8", "surrogatepass")

    def in_place_of_a_value(request: Request) -> Request:
        parts = re.split(rb"(?<=[=:,&])", request.body) if request.body else []
        if not parts:
            pairs = request.query.split("&")
            spot = rng.randrange(len(pairs))
            pairs[spot] = f"{pairs[spot].partition('=')[0]}={quote(bytes_of(nasty))}"
            return replace(request, query="&".join(pairs))
        parts.insert(rng.randrange(len(parts) + 1), bytes_of(nasty))
        return replace(request, body=b"".join(parts))

    def less_of_it(request: Request) -> Request:
        cut = rng.randrange(len(request.body) + 1)
        return replace(request, body=request.body[:cut], query=request.query[: cut // 2])

    def twice(request: Request) -> Request:
        query = f"{request.query}&{request.query}"
        return replace(request, body=request.body + b"&" + request.body, query=query)

    def noise(request: Request) -> Request:
        return replace(request, body=rng.randbytes(rng.randrange(600)))

    def a_byte_changed(request: Request) -> Request:
        body = bytearray(request.body or b"x")
        body[rng.randrange(len(body))] = rng.randrange(256)
        return replace(request, body=bytes(body))

    def another_type(request: Request) -> Request:
        kinds = ["application/json", "text/xml", "multipart/form-data; boundary=x", "", "x/\xff"]
        return replace(request, content_type=rng.choice(kinds))

    def another_path(request: Request) -> Request:
        return replace(request, rest=f"/{quote(bytes_of(nasty))}")

    def huge(request: Request) -> Request:
        return replace(
            request, body=request.body + b"&a=" + b"x" * rng.choice([7000, 9000, 90_000])
        )

    return [
        *(in_place_of_a_value, in_place_of_a_value, less_of_it, twice, noise, a_byte_changed),
        *(another_type, another_path, huge, lambda request: request),
    ]


@pytest.mark.parametrize("name", all_gateways())
def test_whatever_comes_a_screen_goes_back_and_nothing_is_lost(open_office, database_url, name):
    office = open_office(RATE_PER_NUMBER="0")
    gateway, rng = all_gateways()[name], random.Random(name)
    steady = office.phone("+221770000077", provider=name)
    steady.dial()
    steady.enter("2")
    steady.enter("5")
    standing = steady.enter("5").text
    memory = None
    for number in range(COUNT):
        typed = tuple(rng.choice(NASTY) for _ in range(rng.randrange(3)))
        handset = Handset(f"+22177{rng.randrange(40):07d}", "*384*50#", f"s{rng.randrange(60)}")
        try:
            request = gateway.call(replace(handset, entries=typed))
        except UnicodeEncodeError:  # half a surrogate, which the provider can't send either
            request = gateway.call(handset)
        spoiled = rng.choice(mutations(rng))(request)
        answer = office.send(name, spoiled)
        assert answer.status in (200, 404, 405), (spoiled, answer)
        assert not LEAKS.search(answer.body), (spoiled, answer)
        if answer.status == 200 and not spoiled.rest.startswith("/events"):
            assert len(gateway.screen(answer).text) <= 400, (spoiled, answer)
        if number == COUNT // 2:
            memory = psutil.Process().memory_info().rss
    assert memory is not None
    grown = psutil.Process().memory_info().rss - memory
    assert grown < 40_000_000 + 200 * COUNT, f"{grown / 1e6:.0f} MB in {COUNT // 2} callbacks"
    # The same page: under a reason, where the provider marks nothing and this is a second entry.
    assert standing in steady.repeat().text
    assert "1 " in steady.enter("0").text


def test_the_spoiled_ones_are_spoiled_in_every_way():
    rng = random.Random(1)
    request = Request("POST", body=b"a=1&b=2")
    assert len({str(way(request)) for way in mutations(rng)}) >= 8
