"""What every row of the benchmark shares: the Redis, the numbers that dial, how long and how often.

Rows are modules in rows/, each with `run(bench) -> Table`.
"""

from dataclasses import dataclass

from benchmarks.ussd import measuring
from benchmarks.ussd.conversations import FIVE_STEPS, Conversation
from benchmarks.ussd.measuring import Run
from benchmarks.ussd.servers import Server
from benchmarks.ussd.store import Store
from benchmarks.ussd.wrk import Phones

_FIRST_KNOWN, _FIRST_NEW = 750_000_000, 780_000_000  # the demo has numbers at 770000000
_NEW = 1_000_000
_WARM_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Bench:
    """`phones` is how many numbers take turns on each connection: the more, the less often one
    dials, as rate limits and caches see it."""

    store: Store
    seconds: float
    runs: int
    connections: int
    phones: int
    only: tuple[str, ...] = ()

    @property
    def known(self) -> Phones:
        """Citizens who have chosen their language."""
        return Phones(_FIRST_KNOWN, self.connections * self.phones)

    def newcomers(self, run: int) -> Phones:
        """Numbers that nobody has heard of before this run, more than can dial in it."""
        return Phones(_FIRST_NEW + run * _NEW, _NEW)

    def measure(
        self,
        server: Server,
        conversation: Conversation = FIVE_STEPS,
        phones: Phones | None = None,
        connections: int | None = None,
        rate: float | None = None,
    ) -> Run:
        return measuring.run(
            server,
            self.store,
            conversation,
            phones or self.known,
            connections=connections or self.connections,
            seconds=self.seconds,
            rate=rate,
        )

    def warm(self, server: Server) -> None:
        """So that what is compiled or opened at first use is so."""
        measuring.run(
            server,
            self.store,
            FIVE_STEPS,
            self.known,
            connections=self.connections,
            seconds=_WARM_SECONDS,
        )
