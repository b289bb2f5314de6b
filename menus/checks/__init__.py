"""What a tree must keep, one file per check: `check(draft)` yields complaints.

A check is added by adding its file.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from menus.source import Complaint, Draft

Check = Callable[[Draft], Iterator[Complaint]]


def all_checks() -> list[Check]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").check for name in names]
