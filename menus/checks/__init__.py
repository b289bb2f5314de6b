"""What a tree must keep, one file per check: `check(subject)` yields complaints.

A check is added by adding its file.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from menus.source import Complaint
from menus.subject import Subject

Check = Callable[[Subject], Iterator[Complaint]]


def all_checks() -> list[Check]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").check for name in names]
