"""The file of `SMS_PROVIDERS`: which providers there are, and which lead to a country.

    providers:
      sonatel:
        kind: http
        url: https://…                # and the rest of sms/gateways/described.py
        senders: {"221": GUICHET}     # per country prefix, "*": elsewhere; none: the account's own
        rates:                        # all that fit a message hold
          - {per_second: 20, burst: 40}
          - {per_second: 5, country: "221", sender: GUICHET}
    routes:
      "221": [sonatel, africastalking]
      "*": [africastalking]

`africastalking` (with `AT_API_KEY`) and `console` are there without being listed. Reading the file
needs no other setting, so that the settings themselves can check it.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from sms.gateways import NAME_LENGTH
from sms.gateways.described import VARIABLE, HttpApi, Strict, strings

ANY = "*"
AFRICASTALKING: Final = "africastalking"
CONSOLE: Final = "console"


def _prefix(value: str) -> str:
    if value != ANY and not (value.isdecimal() and value.isascii() and len(value) <= 4):
        raise ValueError('write a country prefix such as "221", or "*"')
    return value


def _name(value: str) -> str:
    if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
        raise ValueError("use letters, digits, - and _ only: a name is part of a path")
    if len(value) > NAME_LENGTH:
        raise ValueError(f"{NAME_LENGTH} letters at most")
    return value


Prefix = Annotated[str, AfterValidator(_prefix)]
Name = Annotated[str, AfterValidator(_name)]
Sender = Annotated[str, Field(min_length=1, max_length=15)]


class Rate(Strict):
    """At most `per_second` messages, and `burst` at once (default: a second's worth), of those by
    this `sender` and to this `country`, where they are given."""

    per_second: float = Field(gt=0, le=10_000)
    burst: int | None = Field(None, ge=1, le=100_000)
    sender: Sender | None = None
    country: Prefix = ANY

    def of(self, sender: str | None, country: str) -> bool:
        return self.sender in (None, sender) and self.country in (ANY, country)


class Provider(Strict):
    senders: dict[Prefix, Sender] = {}
    rates: list[Rate] = []

    def sender(self, country: str) -> str | None:
        return self.senders.get(country) or self.senders.get(ANY)


class AfricasTalkingAccount(Provider):
    """`username` and `base_url`: those of the settings, where they are not given."""

    kind: Literal["africastalking"] = AFRICASTALKING
    username: str | None = None
    api_key: str = "${AT_API_KEY}"
    base_url: str | None = Field(None, pattern=r"^https?://[^/]+$")
    shape: Literal["form", "bulk"] | None = None


class ConsoleAccount(Provider):
    kind: Literal["console"] = CONSOLE


class HttpAccount(HttpApi, Provider):
    kind: Literal["http"]


class SmppAccount(Provider):
    """An operator's SMSC: sms/gateways/smpp.py. Each worker process binds once."""

    kind: Literal["smpp"]
    host: str = Field(min_length=1)
    port: int = Field(2775, ge=1, le=65535)
    system_id: str = Field(min_length=1, max_length=15)
    password: str
    system_type: str = Field("", max_length=12)
    tls: bool = False
    long: Literal["udh", "payload"] = "udh"
    enquire_seconds: float = Field(30.0, ge=1, le=300)


AnyAccount = AfricasTalkingAccount | ConsoleAccount | HttpAccount | SmppAccount
Account = Annotated[AnyAccount, Field(discriminator="kind")]


class Providers(Strict):
    providers: dict[Name, Account] = {}
    routes: dict[Prefix, list[str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> "Providers":
        there = {*self.providers, AFRICASTALKING, CONSOLE}
        for prefix, names in self.routes.items():
            for name in names:
                if name not in there:
                    raise ValueError(f'routes."{prefix}": no such provider: {name}')
            if len(set(names)) < len(names):
                raise ValueError(f'routes."{prefix}": a provider stands twice')
        return self

    def account(self, name: str) -> AnyAccount:
        given = self.providers.get(name)
        if given is not None:
            return given
        return ConsoleAccount() if name == CONSOLE else AfricasTalkingAccount()

    def route(self, country: str) -> list[str]:
        """The providers that lead to a country (`221`), the preferred one first."""
        return self.routes.get(country, self.routes.get(ANY, []))

    def country_of(self, phone: str) -> str:
        """The longest prefix that the file speaks of and this number (E.164) has; else `*`."""
        digits = phone.lstrip("+")
        return next((digits[:n] for n in (4, 3, 2, 1) if digits[:n] in self.prefixes), ANY)

    @cached_property
    def prefixes(self) -> set[str]:
        """The countries that the file speaks of."""
        found = set(self.routes)
        for account in self.providers.values():
            found |= set(account.senders) | {rate.country for rate in account.rates}
        return found


class WrongProviders(ValueError):
    """All that is wrong with the file, a line each, naming the field."""


def load(path: Path) -> Providers:
    """Raises WrongProviders."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongProviders(f"can't be read: {problem}") from None
    except yaml.YAMLError as problem:
        raise WrongProviders(f"is no YAML: {_where(problem)}") from None
    try:
        found = TypeAdapter(Providers).validate_python(said)
    except ValidationError as wrong:
        raise WrongProviders("\n    ".join(map(_line, wrong.errors()))) from None
    missing = _missing(found, os.environ)
    if missing:
        raise WrongProviders("\n    ".join(missing))
    return found


def _where(problem: yaml.YAMLError) -> str:
    mark = getattr(problem, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else "it can't be parsed"


def _line(error: object) -> str:
    """`providers.sonatel.url: Field required`: never the value, which may be a secret."""
    assert isinstance(error, dict)
    kinds = (AFRICASTALKING, CONSOLE, "http", "smpp")
    path = list(error["loc"])
    if len(path) > 2 and path[0] == "providers" and path[2] in kinds:
        del path[2]  # pydantic's own note of the kind
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{'.'.join(map(str, path))}: {said}" if path else said


def _missing(found: Providers, environment: Mapping[str, str]) -> list[str]:
    named = {name: found.account(name) for names in found.routes.values() for name in names}
    lines = []
    for name, account in (named | dict(found.providers)).items():
        for field, value in account.model_dump().items():
            for variable in {one for text in strings(value) for one in VARIABLE.findall(text)}:
                if not environment.get(variable):
                    lines.append(f"providers.{name}.{field}: the variable {variable} is not set")
    return lines
