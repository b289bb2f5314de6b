"""How a webhook's receiver knows that it was us: Standard Webhooks (standardwebhooks.com). Pure.

Signed is `<id>.<timestamp>.<body>`, by HMAC-SHA-256 with the secret that both have. The receiver
makes the same, compares, and refuses what is older than some minutes.
"""

import base64
import hmac
import secrets
from typing import Final

_BEFORE: Final = "whsec_"
_BYTES: Final = 32  # between 24 and 64, as the scheme asks


def new_secret() -> str:
    return _BEFORE + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """`timestamp`: seconds since 1970, of this very try."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + signature(secret, message_id, timestamp, body),
    }


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_BEFORE))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
