"""A callback's request and answer, as plain records: what gateways read and write.

Fields are read forgivingly and checked strictly. Whatever arrives in them is text without lone
surrogates, and what was typed holds no control characters, so that it can be kept, compared and
sent.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlencode

import msgspec

from citizens.phones import normal
from ussd.dials import BadDial

PLAIN, JSON = "text/plain; charset=utf-8", "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

_MOST_FIELDS, _MOST_TEXT, _MOST_NOTE, _MOST_ECHO = 60, 2000, 200, 100
_SERVICE_CODE = re.compile(r"[*#][0-9*#]{1,60}", re.ASCII)
_IN_ADDRESS = re.compile(r"/([0-9]+(?:[-*][0-9]+)*)/?", re.ASCII)
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")

Fields = Mapping[str, str]


class Request(msgspec.Struct, frozen=True):
    """One HTTP request. `rest` is the path below `/ussd/<gateway>/<secret>`; header names are in
    small letters."""

    method: str
    rest: str = ""
    query: str = ""
    body: bytes = b""
    content_type: str = FORM
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)

    def form(self) -> Fields:
        """The fields of a form body. Raises BadDial."""
        return _pairs(self.body.decode("utf-8", "replace"))

    def arguments(self) -> Fields:
        """The fields of the query string. Raises BadDial."""
        return _pairs(self.query)

    def json(self) -> Mapping[str, object]:
        """The object that the body is. Raises BadDial."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadDial("the body is not JSON") from None
        if not isinstance(found, dict):
            raise BadDial("the body is not a JSON object")
        return found


class Response(msgspec.Struct, frozen=True):
    body: str
    content_type: str = PLAIN
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def header(self, name: str) -> str | None:
        """A header, whatever the letter case of its name."""
        found = {written.lower(): value for written, value in self.headers}
        return found.get(name.lower())


def post_json(fields: Mapping[str, object], rest: str = "", method: str = "POST") -> Request:
    return Request(method, rest, body=json.dumps(fields).encode(), content_type=JSON)


def get(
    fields: Mapping[str, str], rest: str = "", headers: Mapping[str, str] | None = None
) -> Request:
    return Request("GET", rest, query=urlencode(fields), headers=headers or {})


def answer_json(fields: Mapping[str, object]) -> Response:
    return Response(json.dumps(fields, ensure_ascii=False), JSON)


def heard(request: Request) -> Mapping[str, object]:
    """The fields of a JSON body under names in small letters; none where it is refused. For answers
    that repeat some of them."""
    try:
        return lowered(request.json())
    except BadDial:
        return {}


def echo(fields: Mapping[str, object], name: str) -> str | int:
    """A field as it came, for an answer that repeats it; empty where there is none, or none that
    can be meant."""
    value = fields.get(name)
    text = sound(value)
    if len(text) > _MOST_ECHO:
        return ""
    return value if isinstance(value, int) and text else text


def told(response: Response) -> Mapping[str, object]:
    """Our own answer's JSON object; empty where it is none."""
    try:
        found = json.loads(response.body) if response.status == 200 else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _pairs(text: str) -> Fields:
    """As `urllib.parse.parse_qsl` reads them, in less than half its time: every dial comes by."""
    parts = text.split("&")
    if len(parts) > _MOST_FIELDS:
        raise BadDial(f"over {_MOST_FIELDS} fields")
    # The signs of numbers and codes, which are in every callback, all at once; none is a separator.
    text = text.replace("+", " ").replace("%2B", "+").replace("%2A", "*").replace("%23", "#")
    pairs = [part.partition("=") for part in text.split("&") if part]
    if "%" in text:
        return {unquote(name): unquote(value) for name, _, value in pairs}
    return {name: value for name, _, value in pairs}


def sound(value: object) -> str:
    """A field's value as text: of a string what can be sent on, of a number its digits."""
    if isinstance(value, str) and value.isascii():
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "replace").decode()


def plain(value: object) -> str:
    """A field's value as text without control characters: blanks stand in their place."""
    text = sound(value).strip()
    return text if text.isprintable() else text.translate(_CONTROLS).strip()


def lowered(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The fields under names in small letters, for providers that write them as they please."""
    return {name.lower(): value for name, value in fields.items()}


def nested(fields: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The object that a field is; empty where it is none."""
    found = fields.get(name)
    return lowered(found) if isinstance(found, dict) else {}


def wanted(fields: Mapping[str, object], name: str) -> str:
    """The text of a field that must be there. Raises BadDial."""
    found = sound(fields.get(name)).strip()
    if not found:
        raise BadDial(f"missing: {name}")
    return found


def session_id(fields: Mapping[str, object], name: str) -> str:
    """A session's id. Raises BadDial."""
    found = wanted(fields, name)
    if len(found) > 100 or not found.isprintable():
        raise BadDial(f"{name} is not an id")
    return found


def phone(fields: Mapping[str, object], name: str) -> str:
    """A phone number in E.164. Raises BadDial."""
    found = wanted(fields, name)
    try:
        return normal(found)
    except ValueError:
        raise BadDial(f"{name} is not an international phone number") from None


def service_code(fields: Mapping[str, object], name: str) -> str:
    """What was dialled: `*384*50#`; a provider that leaves the signs out gets them back. Raises
    BadDial."""
    found = wanted(fields, name)
    if found[:1].isdigit():
        found = f"*{found}"
    if not found.endswith("#"):
        found = f"{found}#"
    if not _SERVICE_CODE.fullmatch(found):
        raise BadDial(f"{name} is not a code such as *384*50#")
    return found


def dialled(fields: Mapping[str, object], name: str) -> str:
    """The string that was dialled, `*384*50*2#`, if this field is one; else nothing."""
    found = sound(fields.get(name)).strip()
    if found[:1] not in ("*", "#"):
        return ""
    found = found if found.endswith("#") else f"{found}#"
    return found if _SERVICE_CODE.fullmatch(found) else ""


def address_code(rest: str) -> str:
    """The service code that our own address ends in, `/384-50`, for providers that do not tell it;
    nothing where it has none. Raises BadDial for another ending."""
    if rest in ("", "/"):
        return ""
    found = _IN_ADDRESS.fullmatch(rest)
    if found is None or len(found[1]) > 60:
        raise BadDial("the address ends in no service code such as /384-50")
    return f"*{found[1].replace('-', '*')}#"


def code_address(code: str) -> str:
    """The ending of our address that stands for a service code: `*384*50#` -> `/384-50`."""
    return f"/{code.strip('*#').replace('*', '-')}"


def long_dial(code: str, shortcut: str) -> str:
    """The string dialled for a code and what is put beyond it."""
    return f"{code.rstrip('#')}*{shortcut}#" if shortcut else code


def entry(fields: Mapping[str, object], name: str) -> str:
    """What was typed; may be nothing. Raises BadDial for a field that is not there, and for a text
    that no phone can send."""
    value = fields.get(name, False)
    if not isinstance(value, str | int | None) or isinstance(value, bool):
        raise BadDial(f"{name} is not text" if name in fields else f"missing: {name}")
    found = plain(value)
    if len(found) > _MOST_TEXT:
        raise BadDial(f"{name} is over {_MOST_TEXT:,} characters")
    return found


def network(fields: Mapping[str, object], name: str) -> str:
    """The provider's own word for the network: opaque, cut short."""
    return plain(fields.get(name))[:20]


def note(fields: Mapping[str, object], name: str, most: int = _MOST_NOTE) -> str:
    """A remark of the provider's, cut short."""
    return plain(fields.get(name))[:most]


def flag(fields: Mapping[str, object], name: str) -> bool:
    """A truth written as JSON's, or in words; not there is untrue. Raises BadDial."""
    value = fields.get(name)
    if isinstance(value, bool):
        return value
    word = sound(value).strip().lower()
    if word in ("true", "1", "yes"):
        return True
    if word in ("false", "0", "no") or value is None or value == "":
        return False
    raise BadDial(f"{name} is neither true nor false")


def number(fields: Mapping[str, object], name: str, per: float = 1) -> float | None:
    """A quantity, divided by `per`; None for what is none, or none that can be meant."""
    try:
        found = float(sound(fields.get(name)) or "nan") / per
    except ValueError:
        return None
    return found if 0 <= found < 1e7 else None


def count(fields: Mapping[str, object], name: str) -> int | None:
    """A whole number; None for what is none."""
    found = number(fields, name)
    return int(found) if found is not None else None
