"""How often one address may ask: so many times in a minute of the clock."""

import logging
import time
from http import HTTPStatus

from redis import RedisError

from api.problems import Problem
from background import work
from database.sealing import fingerprint
from settings import current

log = logging.getLogger(__name__)

_MINUTE = 60
_LEFT_ALONE = 5.0  # seconds in which a Redis that did not answer is not asked

_away_until = 0.0


def keep(address: str) -> None:
    """Raises Problem. While Redis is away nobody is held up."""
    global _away_until
    most = current().api_per_address
    if not most or time.monotonic() < _away_until:
        return
    minute, second = divmod(int(time.time()), _MINUTE)
    key = f"guichet:api:{minute}:{fingerprint(address)}"
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
            f"{most} requests a minute: what you have is good for five seconds.",
            headers={"Retry-After": str(_MINUTE - second)},
        )
