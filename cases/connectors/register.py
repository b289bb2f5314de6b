"""A register that speaks JSON over HTTP: which address, and where in its answer things are, is said
in the file of CONNECTORS.

    GET <url>?<since_parameter>=<what `next` said last>
    If-None-Match: <its last ETag>            304: nothing has changed

    {"actes": [{"numero": "2026-118", "etat": "PRET", "demandeur": {"tel": "+221…"}}],
     "suite": "2026-11-24T09:00:00Z"}

    POST <push>     {"evenement": …}, for each event here; `{source_key}` in its address: whose
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from certifi import where
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from urllib3.exceptions import HTTPError

from cases.connectors import Away, Found, Told, connector
from cases.standings import Row, Wrong

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_URL = r"^https?://[^\s]+$"
_LONGEST = 8_000_000  # bytes of an answer
_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)
_ROW = TypeAdapter(Row)
_FIELDS = frozenset(Row.__dataclass_fields__)


class Options(BaseModel):
    """`rows`, `next` and `fields` name places in an answer by dots (`demandeur.tel`); an empty
    `rows` is the answer itself. `fixed`: what is so for all; `values`: their words -> ours."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(pattern=_URL)
    headers: dict[str, str] = {}
    rows: str = ""
    next: str = ""
    since_parameter: str = "since"
    fields: dict[str, str]
    fixed: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    push: str | None = Field(default=None, pattern=_URL)

    @field_validator("fields", "fixed", "values")
    @classmethod
    def _ours(cls, named: dict[str, Any]) -> dict[str, Any]:
        unknown = named.keys() - _FIELDS
        if unknown:
            known = ", ".join(sorted(_FIELDS))
            raise ValueError(f"no field {', '.join(sorted(unknown))}: there are {known}")
        return named

    @field_validator("headers")
    @classmethod
    def _variables(cls, headers: dict[str, str]) -> dict[str, str]:
        for name in {name for one in headers.values() for name in _VARIABLE.findall(one)}:
            if name not in os.environ:
                raise ValueError(f"${{{name}}} is not set in the environment")
        return headers


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes


@connector("register", Options)
class Register:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._headers = {
            name: _VARIABLE.sub(lambda found: os.environ[found[1]], value)
            for name, value in options.headers.items()
        }
        self._lines = urllib3.PoolManager(ca_certs=where(), timeout=_TIMEOUT, retries=False)

    def poll(self, since: str) -> Found:
        """`since`: what the register said last, and the tags of that answer, as JSON."""
        last = json.loads(since) if since else {}
        asked = last.get("next", "")
        headers = {
            name: last[key]
            for name, key in (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
            if last.get(key)
        }
        answer = self._call("GET", self._url(asked), headers)
        if answer.status == 304:
            return Found([], since)
        if answer.status != 200:
            raise Away(f"HTTP {answer.status}")
        try:
            data = json.loads(answer.data)
            rows = _at(data, self._options.rows)
        except (ValueError, LookupError):
            raise Away("not the JSON that was expected") from None
        if not isinstance(rows, list):
            raise Away(f"{self._options.rows or 'the answer'} is no list")
        following = self._next(data, asked)
        moved_on = following != asked
        # A tag is of one address: with another `next` it says nothing.
        tags = {} if moved_on else {"etag": "ETag", "modified": "Last-Modified"}
        kept = {key: answer.headers[name] for key, name in tags.items() if name in answer.headers}
        return Found(
            [self._row(one) for one in rows],
            json.dumps({"next": following, **kept}),
            more=moved_on and bool(rows),
        )

    def push(self, told: Told) -> None:
        if self._options.push is None:
            return
        said = {
            "evenement": told.id,
            "reference": told.reference,
            "kind": told.kind,
            "status": told.status,
            "at": told.at.isoformat(),
        }
        url = self._options.push.replace("{source_key}", quote(told.source_key, safe=""))
        headers = {"Content-Type": "application/json", "Idempotency-Key": told.id}
        answer = self._call("POST", url, headers, json.dumps(said).encode())
        if not 200 <= answer.status < 300:
            raise Away(f"push: HTTP {answer.status}")

    def _url(self, asked: str) -> str:
        if not asked:
            return self._options.url
        mark = "&" if "?" in self._options.url else "?"
        return f"{self._options.url}{mark}{urlencode({self._options.since_parameter: asked})}"

    def _call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> "_Answer":
        sent = {"Accept": "application/json", **self._headers, **headers}
        try:
            answer = self._lines.request(
                *(method, url), headers=sent, body=body, redirect=False, preload_content=False
            )
            data = answer.read(_LONGEST + 1, decode_content=True)
        except (HTTPError, OSError) as problem:
            raise Away(f"no answer: {type(problem).__name__}") from None
        if len(data) > _LONGEST:
            answer.close()
            raise Away("its answer is too long")
        answer.release_conn()
        return _Answer(answer.status, answer.headers, data)

    def _next(self, data: Any, asked: str) -> str:
        if not self._options.next:
            return ""
        try:
            said = _at(data, self._options.next)
        except LookupError:
            return asked
        return asked if said is None else str(said)

    def _row(self, said: Any) -> Row | Wrong:
        try:
            found: dict[str, Any] = {**self._options.fixed}
            for field, place in self._options.fields.items():
                value = _found(said, place)
                if value is not None:
                    found[field] = self._ours(field, value)
            return _ROW.validate_python(found)
        except Wrong as wrong:
            return wrong
        except ValidationError as wrong:
            one = wrong.errors(include_url=False, include_input=False)[0]
            return Wrong(str(one["loc"][0]) if one["loc"] else "", one["msg"])

    def _ours(self, field: str, value: Any) -> Any:
        words = self._options.values.get(field)
        if words is None:  # a key that they write as a number is one for us, too
            is_a_number = isinstance(value, int) and not isinstance(value, bool)
            return str(value) if is_a_number and field != "birth_year" else value
        if str(value) not in words:
            raise Wrong(field, "a word that is not under `values`")
        return words[str(value)]


def _found(data: Any, place: str) -> Any:
    try:
        return _at(data, place)
    except LookupError:
        return None


def _at(data: Any, place: str) -> Any:
    """What is there: `a.b` is `data["a"]["b"]`. Raises LookupError."""
    for part in place.split(".") if place else ():
        if not isinstance(data, dict):
            raise LookupError(place)
        data = data[part]
    return data
