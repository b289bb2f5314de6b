"""Draws docs/conversation.svg from a real conversation with a product that runs here.

.venv/bin/python docs/draw_conversation.py http://127.0.0.1:8000
"""

import sys
import textwrap
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import requests

from ussd.phone import Phone
from ussd.wire import Request, Response

WIDTH, HEIGHT, GAP, LINE = 250, 190, 28, 18
ENTRIES = ("3", "1", "1", "1", "1")  # Wolof, a ticket, the town hall, births, for oneself


def conversation(origin: str) -> list[tuple[str, str]]:
    """(what is typed, the screen it leads to), from a number that has not dialled before."""
    url = f"{origin}/ussd/africastalking/demo"

    def send(request: Request) -> Response:
        headers = {"Content-Type": request.content_type}
        answer = requests.post(url, data=request.body, headers=headers, timeout=10)
        return Response(answer.content.decode())

    phone = Phone("+221770000043", "*384*50#", send)
    screens = [("*384*50#", phone.dial().text)]
    screens += [(entry, phone.enter(entry).text) for entry in ENTRIES]
    return screens


def drawn(screens: list[tuple[str, str]]) -> str:
    columns = 3
    rows = -(-len(screens) // columns)
    width = columns * (WIDTH + GAP) + GAP
    height = rows * (HEIGHT + GAP + 30) + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">',
        "<title>A first dial becomes a ticket: six screens of a feature phone</title>",
        f'<rect width="{width}" height="{height}" fill="#faf8f3"/>',
    ]
    for number, (typed, text) in enumerate(screens):
        x = GAP + (number % columns) * (WIDTH + GAP)
        y = GAP + (number // columns) * (HEIGHT + GAP + 30)
        parts.append(f'<text x="{x}" y="{y + 14}" fill="#14532d">&gt; {escape(typed)}</text>')
        parts.append(
            f'<rect x="{x}" y="{y + 24}" width="{WIDTH}" height="{HEIGHT}" rx="8" '
            'fill="#dfe6d2" stroke="#3f4a36"/>'
        )
        lines = [part for line in text.split("\n") for part in textwrap.wrap(line, 28)]
        for row, line in enumerate(lines):
            parts.append(
                f'<text x="{x + 12}" y="{y + 48 + row * LINE}" fill="#1c2118">{escape(line)}</text>'
            )
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    target = Path(__file__).with_name("conversation.svg")
    target.write_text(drawn(conversation(sys.argv[1])), encoding="utf-8")
