"""How fast each gateway may be called, shared by all workers through Redis.

One token bucket per rate of the configuration: it fills with `per_second` tokens up to `burst`, and
a message takes one from each bucket that holds for it. Redis's own clock counts, so that workers'
clocks need not agree.
"""

import logging
import time
from collections.abc import Sequence
from typing import Final, cast

from redis.exceptions import RedisError

from background import work
from sms.providers import Rate
from sms.routes import Way, rates

log = logging.getLogger(__name__)

# KEYS: the buckets; ARGV: how many are wanted, then per_second and burst of each. Returns how many
# are granted, and the microseconds until each bucket has another token.
_TAKE: Final = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1e6
local granted = tonumber(ARGV[1])
local held = {}
for n, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  local was = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(was[1]) or burst, tonumber(was[2]) or now
  held[n] = math.min(burst, tokens + math.max(0, now - at) * rate)
  granted = math.min(granted, math.floor(held[n] + 1e-6))
end
local waits = 0
for n, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  local left = held[n] - granted
  redis.call('HSET', key, 'tokens', string.format('%.6f', left), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil(burst / rate * 1000) + 1000)
  if left < 1 then waits = math.max(waits, (1 - left) / rate) end
end
return {granted, math.ceil(waits * 1e6)}
"""
_SILENCE = 60.0  # seconds between two complaints that Redis is gone
_complained = float("-inf")


def take(way: Way, prefix: str, wanted: int) -> tuple[int, float]:
    """How many of the messages to a country (`+221`) may leave now, and in how many seconds there
    is room for another (0 when all may leave). Without Redis all may: the gateway's own `too_fast`
    is then what slows us."""
    limits = rates(way, prefix)
    if not limits or wanted <= 0:
        return max(wanted, 0), 0.0
    try:
        granted, micros = _take(way.name, limits, wanted)
    except RedisError as problem:
        _complain(problem)
        return wanted, 0.0
    return granted, 0.0 if granted == wanted else micros / 1e6


def _take(gateway: str, limits: Sequence[Rate], wanted: int) -> tuple[int, int]:
    keys = [_key(gateway, rate) for rate in limits]
    numbers = [text for rate in limits for text in (repr(rate.per_second), str(_burst(rate)))]
    answer = work.connection().eval(_TAKE, len(keys), *keys, str(wanted), *numbers)
    granted, micros = cast(list[int], answer)
    return granted, micros


def _key(gateway: str, rate: Rate) -> str:
    return f"guichet:sms:pace:{gateway}:{rate.sender or ''}:{rate.country}"


def _burst(rate: Rate) -> int:
    return rate.burst or max(1, int(rate.per_second))


def _complain(problem: RedisError) -> None:
    global _complained
    now = time.monotonic()
    if now - _complained > _SILENCE:
        _complained = now
        log.warning("SMS leave at any pace: Redis is gone (%s)", type(problem).__name__)
