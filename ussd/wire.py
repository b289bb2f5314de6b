"""A callback's request and answer, as plain records: what gateways read and write.

Fields are read forgivingly and checked strictly. Whatever arrives in them is text without lone
surrogates, so that it can be kept, compared and sent.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from citizens.phones import normal
from ussd.dials import BadDial

PLAIN, JSON = "text/plain; charset=utf-8", "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

_MOST_FIELDS, _MOST_TEXT = 60, 2000
_SERVICE_CODE = re.compile(r"[*#][0-9*#]{1,60}", re.ASCII)

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `rest` is the path below `/ussd/<gateway>/<secret>`; header names are in
    small letters."""

    method: str
    rest: str = ""
    query: str = ""
    body: bytes = b""
    content_type: str = FORM
    headers: Mapping[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Response:
    body: str
    content_type: str = PLAIN
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


def answer_json(fields: Mapping[str, object]) -> Response:
    return Response(json.dumps(fields, ensure_ascii=False), JSON)


def echo(request: Request, name: str) -> str:
    """A field of a JSON body as it came, whatever the letter case of its name; empty where there is
    none. For answers that repeat it, also to a body that was refused."""
    try:
        found = sound(lowered(request.json()).get(name.lower()))
    except BadDial:
        return ""
    return found if len(found) <= 100 else ""


def told(response: Response) -> Mapping[str, object]:
    """Our own answer's JSON object; empty where it is none."""
    try:
        found = json.loads(response.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _pairs(text: str) -> Fields:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise BadDial(f"over {_MOST_FIELDS} fields") from None


def sound(value: object) -> str:
    """A field's value as text: of a string what can be sent on, of a number its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "replace").decode()


def lowered(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The fields under names in small letters, for providers that write them as they please."""
    return {name.lower(): value for name, value in fields.items()}


def want(fields: Mapping[str, object], *names: str) -> None:
    """Raises BadDial naming those that are missing or blank."""
    missing = [name for name in names if not sound(fields.get(name)).strip()]
    if missing:
        raise BadDial(f"missing: {', '.join(missing)}")


def session_id(fields: Mapping[str, object], name: str) -> str:
    """A session's id. Raises BadDial."""
    want(fields, name)
    found = sound(fields[name]).strip()
    if len(found) > 100 or not found.isprintable():
        raise BadDial(f"{name} is not an id")
    return found


def phone(fields: Mapping[str, object], name: str) -> str:
    """A phone number in E.164. Raises BadDial."""
    want(fields, name)
    try:
        return normal(sound(fields[name]).strip())
    except ValueError as wrong:
        raise BadDial(f"{name}: {wrong}") from None


def service_code(fields: Mapping[str, object], name: str) -> str:
    """What was dialled: `*384*50#`; a provider that leaves the signs out gets them back. Raises
    BadDial."""
    want(fields, name)
    found = sound(fields[name]).strip()
    if found[:1].isdigit():
        found = f"*{found}"
    if not found.endswith("#"):
        found = f"{found}#"
    if not _SERVICE_CODE.fullmatch(found):
        raise BadDial(f"{name} is not a code such as *384*50#")
    return found


def entry(fields: Mapping[str, object], name: str) -> str:
    """What was typed; may be nothing. Raises BadDial for a text that no phone can send."""
    found = sound(fields.get(name))
    if len(found) > _MOST_TEXT:
        raise BadDial(f"{name} is over {_MOST_TEXT:,} characters")
    return found.strip()


def network(fields: Mapping[str, object], name: str) -> str:
    """The provider's own word for the network: opaque, cut short."""
    return sound(fields.get(name)).strip()[:20]


def flag(fields: Mapping[str, object], name: str) -> bool:
    """A truth written as JSON's, or in words. Raises BadDial."""
    value = fields.get(name)
    word = str(value).strip().lower()
    if word in ("true", "1", "yes"):
        return True
    if word in ("false", "0", "no", "none", ""):
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
