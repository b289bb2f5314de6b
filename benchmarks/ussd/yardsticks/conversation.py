"""The conversation with its sessions in Redis, as short as it can be in Python: a dial reads the
session and writes it in one round trip. For the bare Flask handler and the bare WSGI callable."""

import json
import os

import redis

from benchmarks.ussd.yardsticks.replies import EXPIRED, REPLIES, number_is

_SECONDS = 180
_SCREENS = ("welcome", "menu", "service", "office")

_store = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))


def answer(session_id: str, phone: str, text: str) -> str:
    """The reply to one dial; `text` is all that was typed."""
    typed = text.split("*") if text else []
    place = len(typed)
    key = f"session:{session_id}"
    pipeline = _store.pipeline(transaction=False)
    if place >= len(_SCREENS):
        raw, *_ = pipeline.getdel(key).execute()
        if not _was_on(raw, place - 1):
            return EXPIRED
        return number_is(service=json.loads(raw)["typed"][2], office=typed[3])
    session = {"screen": _SCREENS[place], "phone": phone, "typed": typed}
    pipeline.getex(key, ex=_SECONDS)
    pipeline.set(key, json.dumps(session), ex=_SECONDS)
    raw, _ = pipeline.execute()
    return REPLIES[place] if place == 0 or _was_on(raw, place - 1) else EXPIRED


def _was_on(raw: bytes | None, place: int) -> bool:
    return raw is not None and json.loads(raw)["screen"] == _SCREENS[place]
