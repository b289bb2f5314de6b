"""JSON lines on standard error, each with its request id, no phone number in any of them."""

import contextvars
import logging
import os
import random
import re
import secrets
import sys
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

# A request's name has to be its own, not secret: no call to the system for it.
_random = random.Random(secrets.randbits(128))  # noqa: S311
os.register_at_fork(after_in_child=lambda: _random.seed(secrets.randbits(128)))

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

# Anything that may be a phone number or a dossier's reference: nine digits or more in a row.
_LONG_DIGITS = re.compile(r"(?<!\d)(\+?\d{3,5})\d{4,}(\d{2})(?!\d)")


def masked(text: str) -> str:
    """`+221770000001` -> `+22177•••••01`, wherever it stands in the text."""
    return _LONG_DIGITS.sub(r"\1•••••\2", text)


def new_request_id(given: str | None = None) -> str:
    """Takes up the caller's id if it is a harmless one, else makes one; returns it."""
    if not given or not re.fullmatch(r"[\w.-]{8,64}", given):
        given = f"{_random.getrandbits(64):016x}"
    request_id.set(given)
    return given


class _Formatter(JsonFormatter):
    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        log_data["request_id"] = request_id.get()
        for name, value in log_data.items():
            if isinstance(value, str) and name != "request_id":
                log_data[name] = masked(value)
        return log_data


def configure(level: str, stream: TextIO | None = None) -> None:
    """Sends every logger's records to the stream (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        _Formatter(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "rq", "urllib3"):
        logging.getLogger(chatty).setLevel("WARNING")
