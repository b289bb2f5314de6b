"""Strongly connected components: what leads to one another, in linear time (Tarjan, 1972).

Without recursion: a tree may have two thousand screens in a row.
"""

from collections.abc import Iterator, Mapping, Sequence


def components(ways: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The components of a graph, each after all those that it leads to. Targets that have no ways
    of their own, and are not in the mapping, are left out."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ones: list[str] = []
    is_open: set[str] = set()
    for start in ways:
        if start in order:
            continue
        path = [(start, iter(ways[start]))]
        while path:
            name, targets = path[-1]
            if name not in order:
                order[name] = lowest[name] = len(order)
                open_ones.append(name)
                is_open.add(name)
            for target in targets:
                if target in ways and target not in order:
                    path.append((target, iter(ways[target])))
                    break
                if target in is_open:
                    lowest[name] = min(lowest[name], order[target])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    lowest[before] = min(lowest[before], lowest[name])
                if lowest[name] == order[name]:
                    found = [open_ones.pop()]
                    while found[-1] != name:
                        found.append(open_ones.pop())
                    is_open.difference_update(found)
                    yield found
