"""What lies in a store, for tests that look for what must not be there."""

from redis import Redis


def everything(redis: Redis, key: bytes) -> bytes:
    """All that lies under a key, whatever its kind."""
    match redis.type(key):
        case b"hash":
            return b" ".join(part for pair in redis.hgetall(key).items() for part in pair)
        case b"list":
            return b" ".join(redis.lrange(key, 0, -1))
        case b"string":
            return redis.get(key) or b""
        case kind:
            return b" ".join([kind, redis.dump(key) or b""])
