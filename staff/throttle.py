"""Sign-in takes its time where it fails: counted in Redis, for each user name and each address.

A try counts before it is judged, so that a hundred at once are not a hundred for the price of one,
and is taken back when it was right. After the fifth in a quarter of an hour one waits a minute,
after the next two, then four, a quarter of an hour at most. An address has more tries: a whole
office comes from one. Neither names nor addresses are kept, only their fingerprints.

Without Redis all may try: the cost of a password's hash is then the only brake.
"""

import logging
from datetime import UTC, datetime

from redis.exceptions import RedisError

from background import work
from database.sealing import passing_fingerprint

log = logging.getLogger(__name__)

TRIES_OF_NAME, TRIES_OF_ADDRESS = 5, 20
WITHIN = 15 * 60  # seconds in which they count
FIRST_WAIT, LONGEST_WAIT = 60, 15 * 60

# KEYS: name, address. ARGV: now, tries of a name, of an address, within, first and longest wait.
# Returns until when to wait, or 0, and has then counted the try.
_TRY = """
local now, worst = tonumber(ARGV[1]), 0
for _, key in ipairs(KEYS) do
  worst = math.max(worst, tonumber(redis.call('HGET', key, 'until') or 0))
end
if worst > now then return worst end
for place, key in ipairs(KEYS) do
  local beyond = redis.call('HINCRBY', key, 'tries', 1) - tonumber(ARGV[1 + place])
  local wait = 0
  if beyond >= 0 then
    wait = math.min(tonumber(ARGV[5]) * 2 ^ math.min(beyond, 20), tonumber(ARGV[6]))
    redis.call('HSET', key, 'until', now + wait)
  end
  redis.call('EXPIRE', key, ARGV[4] + wait)
end
return 0
"""

# KEYS: name, address. The right password takes back its own try: all those of the name, who is
# there now; one of the address, from which others may be guessing.
_RIGHT = """
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'tries', -1)
  redis.call('HDEL', KEYS[2], 'until')
end
"""


def take_a_try(name: str, address: str, now: datetime) -> datetime | None:
    """Counts it. Or says until when no try is taken."""
    try:
        until = work.connection().eval(
            *(_TRY, 2, *_keys(name, address), int(now.timestamp())),
            *(TRIES_OF_NAME, TRIES_OF_ADDRESS, WITHIN, FIRST_WAIT, LONGEST_WAIT),
        )
    except RedisError as problem:
        log.warning("sign-in: tries are not counted, Redis is away (%s)", type(problem).__name__)
        return None
    return datetime.fromtimestamp(int(until), UTC) if until else None


def was_right(name: str, address: str) -> None:
    try:
        work.connection().eval(_RIGHT, 2, *_keys(name, address))
    except RedisError as problem:
        log.warning("sign-in: a try is not taken back (%s)", type(problem).__name__)


def _keys(name: str, address: str) -> tuple[str, str]:
    parts = (f"name:{name}", f"address:{address}")
    first, second = (f"guichet:{{sign-in}}:{passing_fingerprint(part)}" for part in parts)
    return first, second
