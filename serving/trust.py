"""Who may call us back, and how much they may say: the same for dials and for SMS.

A secret in the path, and the callers' addresses where they are listed (a proxy's header is believed
as far as PROXIES says, which is the business of who wraps the application).
"""

import hmac
import ipaddress
import logging
from collections.abc import Mapping, Sequence
from typing import Any

log = logging.getLogger(__name__)

MOST_BYTES = 8192  # of a body: none that a gateway sends comes near


class NoBody(Exception):
    """There is no body to be read; the text says why."""


class TooLarge(NoBody):
    def __init__(self) -> None:
        super().__init__(f"a body of over {MOST_BYTES:,} bytes")


class Trust:
    """`secrets`: several while they are rotated; `networks`: CIDRs, none where anybody may call."""

    def __init__(self, secrets: Sequence[str], networks: Sequence[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._networks = [ipaddress.ip_network(one) for one in networks]

    def knows(self, secret: bytes) -> bool:
        # All of them, so that the time taken doesn't tell which one it nearly was.
        right = [hmac.compare_digest(secret, known) for known in self._secrets]
        return any(right)

    def lets_in(self, environ: Mapping[str, Any], provider: str) -> bool:
        """Whether a call of the provider's comes from where it may come from."""
        if not self._networks:
            return True
        try:
            address = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            address = None
        if address is not None and any(address in network for network in self._networks):
            return True
        log.warning("%s: a callback from outside TRUSTED_GATEWAYS", provider)
        return False


def body_of(environ: Mapping[str, Any]) -> bytes:
    """The body of a WSGI request. Raises TooLarge, and NoBody for one that is torn."""
    told = environ.get("CONTENT_LENGTH") or ""
    if told and not (told.isascii() and told.isdigit() and int(told) <= MOST_BYTES):
        raise TooLarge
    if not told and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    try:
        body: bytes = environ["wsgi.input"].read(int(told) if told else MOST_BYTES + 1)
    except Exception as problem:  # each server has its own for a caller who hung up
        raise NoBody(f"a torn body: {type(problem).__name__}") from problem
    if len(body) > MOST_BYTES:
        raise TooLarge
    return body
