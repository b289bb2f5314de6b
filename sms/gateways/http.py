"""Any provider of SMS that takes HTTP, as its description says (sms/gateways/described.py)."""

import json
import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from sms.gateways import (
    CODE_LENGTH,
    COST_LENGTH,
    ID_LENGTH,
    REASON_LENGTH,
    Accepted,
    Letter,
    Refused,
    Result,
    Unknown,
    kept,
)
from sms.gateways.callbacks import Inbound, News, raw, text_of
from sms.gateways.calling import Answer, Caller, Lost, Unreached, http_error, what_failed
from sms.gateways.described import SLOT, VARIABLE, HttpApi, Incoming, Receipts, Where, strings

log = logging.getLogger(__name__)

_EARLY = 60.0  # seconds before its end that a token is no longer used


class Http:
    def __init__(self, name: str, api: HttpApi, environment: Mapping[str, str]) -> None:
        self.name, self.most = name, api.most
        self._secrets = [environment[key] for key in variables(api) if environment.get(key)]
        self._api = _filled_in(api, environment)
        self._caller = Caller(self._api.url)
        self._tokens = _Tokens(self._api)

    def send(self, letter: Letter) -> list[Result]:
        try:
            answer = self._ask(letter)
        except (Unreached, Lost) as problem:
            return [what_failed(problem)] * len(letter.addresses)
        except _NoToken as problem:
            return [problem.result] * len(letter.addresses)
        result = read_answer(self._api, answer)
        if not isinstance(result, Accepted):
            log.warning("%s: HTTP %s: %s", self.name, answer.status, self._clean(answer.text))
        others = result
        if isinstance(result, Accepted):  # one cost is of all together
            others = Accepted(result.id, None, result.code)
        return [result, *[others] * (len(letter.addresses) - 1)]

    def _ask(self, letter: Letter) -> Answer:
        """A refused token says that nothing was taken on: once more with a new one."""
        token = self._tokens.current()
        answer = self._call(letter, token)
        if answer.status == 401 and token:
            answer = self._call(letter, self._tokens.another_than(token))
        return answer

    def _call(self, letter: Letter, token: str) -> Answer:
        url, headers, body = request(self._api, letter, token)
        return self._caller.call(self._api.method, url, headers, body, read=self._api.timeout)

    def _clean(self, text: str) -> str:
        """What they said, for the log: our secrets taken out, should they repeat them."""
        for secret in [*self._secrets, *self._tokens.known()]:
            text = text.replace(secret, "•••")
        return kept(text, 200) or ""

    def read_receipt(self, fields: Mapping[str, object]) -> News:
        """Raises LookupError where the description says nothing of receipts."""
        names = self._api.receipts
        if names is None:
            raise LookupError(f"SMS_PROVIDERS: providers.{self.name}.receipts is not given")
        return _news(names, fields)

    def read_inbound(self, fields: Mapping[str, object]) -> Inbound:
        """Raises LookupError where the description says nothing of incoming SMS."""
        names = self._api.incoming
        if names is None:
            raise LookupError(f"SMS_PROVIDERS: providers.{self.name}.incoming is not given")
        return _inbound(names, fields)


def variables(api: HttpApi) -> set[str]:
    """The names of the environment's variables that it needs."""
    return {name for text in strings(api.model_dump()) for name in VARIABLE.findall(text)}


def _filled_in(api: HttpApi, environment: Mapping[str, str]) -> HttpApi:
    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return VARIABLE.sub(lambda found: environment.get(found[1], ""), value)
        if isinstance(value, dict):
            return {key: fill(part) for key, part in value.items()}
        if isinstance(value, list):
            return [fill(part) for part in value]
        return value

    said = api.model_dump(by_alias=True)
    asked = ("url", "headers", "query", "form", "json", "oauth")
    return api.model_validate(said | {key: fill(said[key]) for key in asked})


# -- what goes out --------------------------------------------------------------------------------


def request(api: HttpApi, letter: Letter, token: str) -> tuple[str, dict[str, str], bytes | None]:
    """URL, headers and body. A field that is nothing but `{sender}` goes where there is none."""
    digits = [phone.lstrip("+") for phone in letter.addresses]
    values: dict[str, Any] = {
        "phone": api.joiner.join(letter.addresses),
        "phone_digits": api.joiner.join(digits),
        "phones": list(letter.addresses),
        "phones_digits": digits,
        "text": letter.body,
        "sender": letter.sender,
        "reference": letter.references[0] if letter.references else "",
        "token": token,
    }
    quoted = {key: quote(str(value or ""), safe="") for key, value in values.items()}
    url = str(_put(api.url, quoted))
    if query := _put(api.query, values):
        url += ("&" if "?" in url else "?") + urlencode(query)
    headers: dict[str, str] = _put(api.headers, values)
    if api.form is not None:
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return url, headers, urlencode(_put(api.form, values)).encode()
    if api.json_ is not None:
        headers = {"Content-Type": "application/json", **headers}
        return url, headers, json.dumps(_put(api.json_, values)).encode()
    return url, headers, None


def _put(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        alone = SLOT.fullmatch(template)
        if alone and isinstance(values[alone[1]], list):
            return values[alone[1]]
        return SLOT.sub(lambda found: str(values[found[1]] or ""), template)
    if isinstance(template, dict):
        return {
            key: _put(part, values)
            for key, part in template.items()
            if not (part == "{sender}" and values["sender"] is None)
        }
    if isinstance(template, list):
        return [_put(part, values) for part in template]
    return template


# -- what comes back ------------------------------------------------------------------------------


def read_answer(api: HttpApi, answer: Answer) -> Result:
    """Success needs all that is asked for it; what can't be read leaves us uncertain."""
    said = _Said(answer.text)
    code = kept(said.at(api.code), CODE_LENGTH) if api.code else None
    if answer.status not in api.success.statuses:
        by_code = api.refusals.get(code or "") or api.refusals.get(str(answer.status))
        if by_code:
            return Refused(by_code, code or str(answer.status))
        if 200 <= answer.status < 300:
            return Unknown(f"http_{answer.status}", str(answer.status), "answered")
        return http_error(answer.status)
    found = said.path(api.success.path) if api.success.path else None
    if api.success.path and found is None and code not in api.refusals:
        return Unknown("unreadable_reply", code, "answered")
    pattern = api.success.pattern
    if (found is None or found in api.success.values) and (
        pattern is None or re.search(pattern, answer.text)
    ):
        if code in api.refusals:
            return Refused(api.refusals[code], code)
        return Accepted(
            kept(said.at(api.id), ID_LENGTH), kept(said.at(api.cost), COST_LENGTH), code
        )
    code = code or kept(found, CODE_LENGTH)
    if code is None:
        return Unknown("unreadable_reply", None, "answered")
    return Refused(api.refusals.get(code, f"code_{code}"[:REASON_LENGTH]), code)


@dataclass
class _Said:
    """An answer's text, read as JSON when it is first needed."""

    text: str
    _tree: Any = None
    _read: bool = False

    def at(self, where: Where | None) -> str | None:
        if where is None:
            return None
        if where.path is not None:
            return self.path(where.path)
        found = re.search(where.pattern or "", self.text)
        return found[1] if found else None

    def path(self, path: str) -> str | None:
        if not self._read:
            self._read = True
            try:
                self._tree = json.loads(self.text)
            except (ValueError, RecursionError):
                self._tree = None
        return lookup(self._tree, path)


def lookup(tree: object, path: str) -> str | None:
    """The text at a dotted path (`data.0.id`), or at the key as it is written; None for a value
    that is absent, or no plain one. JSON's true and false are `true` and `false`."""
    if isinstance(tree, Mapping) and path in tree:
        return _plain(tree[path])
    for step in path.split("."):
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return _plain(tree)


def _plain(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else text_of(value)


# -- callbacks ------------------------------------------------------------------------------------


def _news(names: Receipts, fields: Mapping[str, object]) -> News:
    status = lookup(fields, names.status) or ""
    of: dict[str, str] = {theirs.lower(): ours for theirs, ours in names.statuses.items()}
    return News(
        gateway_id=lookup(fields, names.id),
        phone=_phone(fields, names.phone),
        status=of.get(status.lower(), status),
        reason=lookup(fields, names.reason) if names.reason else None,
        network=lookup(fields, names.network) if names.network else None,
        raw=raw(fields),
    )


def _inbound(names: Incoming, fields: Mapping[str, object]) -> Inbound:
    return Inbound(
        gateway_id=lookup(fields, names.id) if names.id else None,
        phone=_phone(fields, names.phone),
        sent_to=_phone(fields, names.to),
        words=lookup(fields, names.text) or "",
        raw=raw(fields),
    )


def _phone(fields: Mapping[str, object], name: str | None) -> str | None:
    """Orange and others write `tel:+221…` (RFC 3966)."""
    found = lookup(fields, name) if name else None
    return found.removeprefix("tel:") if found else None


# -- bearer tokens --------------------------------------------------------------------------------


class _NoToken(Exception):
    def __init__(self, result: Refused) -> None:
        super().__init__(result.reason)
        self.result = result


class _Tokens:
    """The bearer token of an API that wants one: shared by threads, had anew when it ends."""

    def __init__(self, api: HttpApi) -> None:
        self._oauth = api.oauth
        self._caller = Caller(api.oauth.url) if api.oauth else None
        self._lock = threading.Lock()
        self._token, self._ends = "", 0.0

    def current(self) -> str:
        """Empty where none is wanted. Raises _NoToken."""
        if self._oauth is None:
            return ""
        with self._lock:
            if time.monotonic() >= self._ends:
                self._fetch()
            return self._token

    def another_than(self, refused: str) -> str:
        """A new one, unless another thread has fetched it meanwhile."""
        with self._lock:
            if self._token == refused:
                self._ends = 0.0
        return self.current()

    def known(self) -> list[str]:
        return [self._token] if self._token else []

    def _fetch(self) -> None:
        assert self._oauth is not None
        assert self._caller is not None
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            answer = self._caller.call(
                *("POST", self._oauth.url, {**kind, **self._oauth.headers}),
                urlencode(self._oauth.form).encode(),
                read=5.0,
            )
        except (Unreached, Lost):
            raise _NoToken(Refused("no_connection", phase="begun")) from None
        said = _Said(answer.text)
        token, seconds = said.path("access_token"), said.path("expires_in") or "300"
        if answer.status != 200 or not token or not seconds.isdecimal():
            denied = answer.status in (400, 401, 403)
            reason = "wrong_credentials" if denied else "gateway_error"
            raise _NoToken(Refused(reason, str(answer.status), "begun"))
        self._token = token
        self._ends = time.monotonic() + max(float(seconds) - _EARLY, 1.0)
