"""Which core does what: servers have theirs, wrk and Redis the others."""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    servers: tuple[int, ...]
    load: tuple[int, ...]

    @property
    def apart(self) -> bool:
        """Whether servers have their cores to themselves."""
        return not set(self.servers) & set(self.load)


def split(processes: int = 1) -> Cores:
    """A core for each server process, the others for the load; on a machine with no core left over,
    the load runs on all of them."""
    every = tuple(sorted(os.sched_getaffinity(0)))
    servers, others = every[:processes], every[processes:]
    return Cores(servers, others or every)


def pinned(command: Sequence[str], cores: Sequence[int]) -> list[str]:
    """The command, kept to these cores."""
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]
