"""How often one address, or one program, may ask: so many times in a minute of the clock."""

import logging
import time
from http import HTTPStatus

from redis import RedisError

from api.problems import Problem
from background import work
from database.sealing import fingerprint

log = logging.getLogger(__name__)

_MINUTE = 60
_LEFT_ALONE = 5.0  # seconds in which a Redis that did not answer is not asked

_away_until = 0.0


def keep(who: str, most: int) -> None:
    """`most`: requests a minute, 0 for any. Raises Problem. While Redis is away nobody is held
    up."""
    global _away_until
    if not most or time.monotonic() < _away_until:
        return
    minute, second = divmod(int(time.time()), _MINUTE)
    key = f"guichet:api:{minute}:{fingerprint(who)}"
    try:
        with work.connection().pipeline(transaction=False) as pipe:
            pipe.set(key, 0, ex=_MINUTE, nx=True)
            pipe.incr(key)
            _, count = pipe.execute()
    except RedisError as problem:
        log.warning("api: nobody is counted: %s", problem)
        _away_until = time.monotonic() + _LEFT_ALONE
        return
    if count > most:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"{most} requests a minute.",
            headers={"Retry-After": str(_MINUTE - second)},
        )
