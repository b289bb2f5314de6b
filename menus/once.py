"""What is worked out once for each tree, though many checks ask for it."""

from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Of = TypeVar("Of", bound=Hashable)
Also = ParamSpec("Also")
Result = TypeVar("Result")


def once(
    function: Callable[Concatenate[Of, Also], Result],
) -> Callable[Concatenate[Of, Also], Result]:
    """Keeps the results for as long as the first argument lives; nobody may change them."""
    kept: WeakKeyDictionary[Of, dict[Hashable, Result]] = WeakKeyDictionary()

    def asked(of: Of, /, *more: Also.args, **named: Also.kwargs) -> Result:
        known = kept.setdefault(of, {})
        key = (more, tuple(named.items()))
        if key not in known:
            known[key] = function(of, *more, **named)
        return known[key]

    return asked
