"""Redis clients that fail fast: a dial has no time to wait out redis-py's own backoff."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.retry import Retry


def client(url: str, seconds: float) -> Redis:
    """A client that waits `seconds` at most for a connection, and for an answer.

    One more try at once where the connection was lost, since a server that was started again leaves
    dead connections in the pool; none after a time-out.
    """
    return Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
    )
