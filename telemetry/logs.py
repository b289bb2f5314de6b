"""JSON lines on standard error, each with its request id, no phone number in any of them."""

import contextvars
import logging
import re
import secrets
import sys
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

# Anything that may be a phone number or a dossier's reference: nine digits or more in a row.
_LONG_DIGITS = re.compile(r"(?<!\d)(\+?\d{3,5})\d{4,}(\d{2})(?!\d)")


def masked(text: str) -> str:
    """`+221770000001` -> `+22177•••••01`, wherever it stands in the text."""
    return _LONG_DIGITS.sub(r"\1•••••\2", text)


def new_request_id(given: str | None = None) -> str:
    """Takes up the caller's id if it is a harmless one, else makes one; returns it."""
    if not given or not re.fullmatch(r"[\w.-]{8,64}", given):
        given = secrets.token_hex(8)
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
