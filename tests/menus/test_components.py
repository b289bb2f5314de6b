"""What leads to one another."""

import pytest

from menus.components import components

# a graph, and its components, each after those that it leads to
GRAPHS = {
    "nothing": ("", []),
    "one": ("a", ["a"]),
    "one that leads to itself": ("a>a", ["a"]),
    "a row": ("a>b b>c", ["c", "b", "a"]),
    "a ring": ("a>b b>c c>a", ["abc"]),
    "two rings, one behind the other": ("a>b b>a b>c c>d d>c", ["cd", "ab"]),
    "a diamond": ("a>b a>c b>d c>d", ["d", "b", "c", "a"]),
    "a ring with a shortcut": ("a>b b>c c>d d>a b>d", ["abcd"]),
    "a way that leads out of the graph": ("a>", ["a"]),
}


@pytest.mark.parametrize(("written", "wanted"), GRAPHS.values(), ids=GRAPHS.keys())
def test_components_come_after_those_that_they_lead_to(written, wanted):
    ways: dict[str, list[str]] = {}
    for one in written.split():
        source, _, target = one.partition(">")
        ways.setdefault(source, []).append(target or "elsewhere")
        if target:
            ways.setdefault(target, [])
    assert ["".join(sorted(group)) for group in components(ways)] == wanted


def test_a_long_row_needs_no_recursion():
    ways = {str(n): [str(n + 1)] for n in range(50_000)}
    assert len(list(components(ways))) == 50_000
