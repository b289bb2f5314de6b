"""Which gateways lead to an address, the preferred one first."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from background.clock import every
from database import writing
from settings import Settings, current
from sms import providers, receipts
from sms.gateways import Gateway
from sms.gateways.africastalking import AfricasTalking
from sms.gateways.callbacks import Inbound, News
from sms.gateways.console import Console
from sms.gateways.described import VARIABLE
from sms.gateways.http import Http
from sms.gateways.smpp import Smpp, Smsc
from sms.gateways.smtp import Smtp
from sms.providers import (
    AFRICASTALKING,
    ANY,
    CONSOLE,
    ConsoleAccount,
    HttpAccount,
    Providers,
    Rate,
    SmppAccount,
)
from sms.states import EMAIL, SMS

# Who takes citizens' SMS that come over a gateway's own connection: (gateway's name, SMS).
INBOUND: list[Callable[[str, Inbound], None]] = []


@dataclass(frozen=True, slots=True)
class Way:
    """A gateway, and the sender that citizens see."""

    gateway: Gateway
    sender: str | None = None

    @property
    def name(self) -> str:
        return self.gateway.name


def ways(channel: str, address: str) -> tuple[Way, ...]:
    """Those for this address (E.164, or e-mail); none where the channel leads nowhere."""
    return _routes().ways(channel, address)


def named(name: str) -> Gateway | None:
    """A gateway of the configuration, by its name."""
    return _routes().gateways.get(name)


def all_ways() -> dict[str, list[Way]]:
    """Every way that is in use, by its gateway's name: one for each sender."""
    return _routes().all_ways()


def limits(name: str) -> list[Rate]:
    """All the limits of a gateway."""
    return _routes().limits(name)


def rates(way: Way, prefix: str) -> list[Rate]:
    """The limits that hold for messages by this way to a country (`+221`)."""
    return _routes().rates(way, prefix)


def forget() -> None:
    """The settings have changed: gateways are made anew."""
    _routes.cache_clear()


class _Routes:
    """The configuration, with its gateways made; each keeps its connections."""

    def __init__(self, settings: Settings) -> None:
        self._given = _given(settings)
        names = {name for route in self._given.routes.values() for name in route}
        self.gateways: dict[str, Gateway] = {
            name: _gateway(self._given, name, settings)
            for name in sorted(names | set(self._given.providers))
        }
        self._own_sender = settings.at_sender_id
        self._mail: tuple[Way, ...] = ()
        if settings.smtp_url is not None:
            mail = Smtp(settings.smtp_url)
            self.gateways[mail.name] = mail
            self._mail = (Way(mail),)
        self._ways: dict[str, tuple[Way, ...]] = {}

    def ways(self, channel: str, address: str) -> tuple[Way, ...]:
        if channel == EMAIL:
            return self._mail
        if channel != SMS:
            return ()
        country = self._given.country_of(address)
        if country not in self._ways:
            self._ways[country] = tuple(
                Way(self.gateways[name], self._sender(name, country))
                for name in self._given.route(country)
            )
        return self._ways[country]

    def _sender(self, name: str, country: str) -> str | None:
        account = self._given.account(name)
        own = self._own_sender if account.kind == AFRICASTALKING else None
        return account.sender(country) or own

    def all_ways(self) -> dict[str, list[Way]]:
        found: dict[str, list[Way]] = {}
        countries = sorted(self._given.prefixes | {ANY})
        led = [way for country in countries for way in self.ways(SMS, country)]
        for way in (*led, *self._mail):
            if way not in (known := found.setdefault(way.name, [])):
                known.append(way)
        return found

    def limits(self, name: str) -> list[Rate]:
        return self._given.account(name).rates if name in self._given.providers else []

    def rates(self, way: Way, prefix: str) -> list[Rate]:
        country = self._given.country_of(prefix)
        return [rate for rate in self.limits(way.name) if rate.of(way.sender, country)]


@lru_cache(maxsize=1)
def _routes() -> _Routes:
    return _Routes(current())


def _given(settings: Settings) -> Providers:
    """The file's, unless one gateway is to take all."""
    if settings.sms_gateway is None and settings.sms_providers is not None:
        return providers.load(settings.sms_providers)
    console = settings.sms_gateway == CONSOLE or settings.at_api_key is None
    return Providers(routes={ANY: [CONSOLE if console else AFRICASTALKING]})


def _gateway(given: Providers, name: str, settings: Settings) -> Gateway:
    account = given.account(name)
    if isinstance(account, HttpAccount):
        return Http(name, account, os.environ)
    if isinstance(account, ConsoleAccount):
        return Console()
    known = {"AT_API_KEY": settings.at_api_key or "", **os.environ}
    if isinstance(account, SmppAccount):
        return _smpp(name, account, known)
    return AfricasTalking(
        account.username or settings.at_username,
        _filled_in(account.api_key, known),
        account.base_url or settings.at_base_url,
        account.shape or settings.at_shape,
        name,
    )


def _filled_in(secret: str, known: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: known.get(found[1], ""), secret)


def _smpp(name: str, account: SmppAccount, known: Mapping[str, str]) -> Smpp:
    said = account.model_dump(exclude={"kind", "senders", "rates"})
    smsc = Smsc(**{**said, "password": _filled_in(account.password, known)})
    return Smpp(name, smsc, lambda news: _keep(name, news), lambda sms: _come_in(name, sms))


def _keep(name: str, news: News) -> None:
    with writing() as db:
        receipts.store(db, name, **news)


def _come_in(name: str, sms: Inbound) -> None:
    for take in INBOUND:
        take(name, sms)


@every(seconds=20)
def stay_bound() -> None:
    """Connects to SMSCs, so that they can deliver before we send. Runs as a job."""
    for gateway in _routes().gateways.values():
        if isinstance(gateway, Smpp):
            gateway.bind()
