"""A provider of SMS described in configuration: what its HTTP API wants, and what it answers.

Placeholders: `{phone}` (+221770000001), `{phone_digits}` (221770000001), `{text}`, `{sender}`,
`{reference}` (our own key of the message), `{token}` (where `oauth` is given); in JSON also
`{phones}` and `{phones_digits}`, which become lists; `${NAME}` is a variable of the environment,
the place for secrets.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sms.retrying import RULES

LISTS: Final = frozenset({"phones", "phones_digits"})
_KNOWN: Final = {"phone", "phone_digits", "text", "sender", "reference", "token"} | LISTS
SLOT: Final = re.compile(r"(?<!\$)\{([a-z_]+)\}")
VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

# What a receipt may say, in the words that sms.receipts knows.
Status = Literal[
    "sent",
    "submitted",
    "buffered",
    "delivered",
    "failed",
    "rejected",
    "absentsubscriber",
    "expired",
    "optedout",
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _template(value: str) -> str:
    unknown = sorted(set(SLOT.findall(value)) - _KNOWN)
    if unknown:
        raise ValueError(f"no such placeholder: {{{unknown[0]}}}; there are {sorted(_KNOWN)}")
    return value


def _no_text(value: str) -> str:
    if {"text", *LISTS} & set(SLOT.findall(value)):
        raise ValueError("a header can't hold {text} or lists")
    return _template(value)


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as wrong:
        raise ValueError(f"not a regular expression: {wrong}") from None
    return value


def _url(value: str) -> str:
    if not re.match(r"https?://[^/{]+(/|$)", value):
        raise ValueError("write a URL such as https://api.example/send; its host stands fixed")
    return _template(value)


def _reason(value: str) -> str:
    if value not in RULES:
        raise ValueError(f"no such reason; there are {', '.join(sorted(RULES))}")
    return value


def _json(value: Any) -> Any:
    for text in strings(value):
        _template(text)
        if LISTS & set(SLOT.findall(text)) and not SLOT.fullmatch(text):
            raise ValueError("{phones} and {phones_digits} stand alone: they become lists")
    return value


def strings(value: object) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


Template = Annotated[str, AfterValidator(_template)]
Header = Annotated[str, AfterValidator(_no_text)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Url = Annotated[str, AfterValidator(_url)]
Reason = Annotated[str, AfterValidator(_reason)]


class Where(Strict):
    """A place in the answer: a dotted `path` into JSON (`data.0.id`), or a `pattern` whose first
    group is it."""

    path: str | None = None
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _one(self) -> "Where":
        if (self.path is None) == (self.pattern is None):
            raise ValueError("give a path or a pattern")
        if self.pattern is not None and not re.compile(self.pattern).groups:
            raise ValueError("the pattern needs a group: (…)")
        return self


class Success(Strict):
    """All that is given must hold."""

    statuses: list[int] = Field([200, 201, 202], min_length=1)
    path: str | None = None
    values: list[str] = []
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _both(self) -> "Success":
        if (self.path is None) != (not self.values):
            raise ValueError("path and values go together")
        return self


class Oauth(Strict):
    """Where a bearer token is had, by client credentials (RFC 6749, 4.4)."""

    url: Url
    headers: dict[str, Header] = {}
    form: dict[str, Template] = {"grant_type": "client_credentials"}


class Receipts(Strict):
    """Names of a delivery callback's fields, dotted where it is JSON; what its statuses mean."""

    id: str
    status: str
    phone: str | None = None
    reason: str | None = None
    network: str | None = None
    statuses: dict[str, Status] = {}


class Incoming(Strict):
    """Names of an incoming SMS's fields, dotted where it is JSON."""

    phone: str
    text: str
    id: str | None = None
    to: str | None = None
    network: str | None = None


class HttpApi(Strict):
    """`timeout`: seconds. `most`: numbers in one call, joined by `joiner`. `refusals`: what their
    codes mean; an HTTP status counts as a code where the answer has none."""

    method: Literal["GET", "POST", "PUT"] = "POST"
    url: Url
    headers: dict[str, Header] = {}
    query: dict[str, Template] = {}
    form: dict[str, Template] | None = None
    json_: Annotated[Any, AfterValidator(_json)] = Field(None, alias="json")
    oauth: Oauth | None = None
    timeout: float = Field(9.0, gt=0, le=12)
    most: int = Field(1, ge=1, le=1000)
    joiner: str = ","
    success: Success = Success()
    id: Where | None = None
    cost: Where | None = None
    code: Where | None = None
    refusals: dict[str, Reason] = {}
    receipts: Receipts | None = None
    incoming: Incoming | None = None

    @model_validator(mode="after")
    def _fits(self) -> "HttpApi":
        if self.form is not None and self.json_ is not None:
            raise ValueError("form or json, not both")
        if self.method == "GET" and (self.form is not None or self.json_ is not None):
            raise ValueError("GET has no form and no json: use query")
        said = [*strings(self.headers), *strings(self.query), self.url]
        said += [*strings(self.form), *strings(self.json_)]
        slots = {slot for text in said for slot in SLOT.findall(text)}
        if "text" not in slots or not {"phone", "phone_digits", *LISTS} & slots:
            raise ValueError("{text} and a {phone} must go somewhere")
        if ("token" in slots) != (self.oauth is not None):
            raise ValueError("{token} and oauth go together")
        return self
