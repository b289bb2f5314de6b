from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.browsing import chromium, served


@pytest.fixture
def address(office) -> Iterator[str]:
    """Where the console is served."""
    with served(office.app) as url:
        yield url


@pytest.fixture
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched
