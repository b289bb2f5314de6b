"""Which gateways lead to an address, the preferred one first."""

from dataclasses import dataclass
from functools import lru_cache

from settings import current
from sms.gateways import Gateway
from sms.gateways.africastalking import AfricasTalking
from sms.gateways.console import Console


@dataclass(frozen=True, slots=True)
class Way:
    """A gateway, and the sender that citizens see."""

    gateway: Gateway
    sender: str | None = None

    @property
    def name(self) -> str:
        return self.gateway.name


def ways(channel: str, address: str) -> tuple[Way, ...]:
    """Those for this address; none where the channel leads nowhere."""
    return (_only(),) if channel == "sms" else ()


@lru_cache(maxsize=1)
def _only() -> Way:
    settings = current()
    if settings.at_api_key is None or settings.sms_gateway == "console":
        return Way(Console())
    return Way(
        AfricasTalking(settings.at_username, settings.at_api_key, settings.at_base_url),
        settings.at_sender_id,
    )


def forget() -> None:
    """The settings have changed: gateways are made anew."""
    _only.cache_clear()
