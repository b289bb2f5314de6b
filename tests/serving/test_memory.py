import gc
from collections.abc import Iterator

import pytest

from serving import memory


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_loaded_is_never_looked_through_again() -> None:
    loaded = [[number] for number in range(1_000)]
    memory.settle()
    looked_through = {id(one) for one in gc.get_objects()}
    assert not looked_through & {id(one) for one in loaded}


def test_what_dials_leave_in_circles_is_still_found() -> None:
    memory.settle()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() > 0
