"""Case types and procedures as a file has them: defaults are left out."""

from typing import Any

from cases.kinds.shape import CaseType, Procedure
from cases.kinds.store import Kinds
from queues.setup.exporting import written


def export(known: Kinds) -> str:
    """YAML for `flask cases kinds import`, which then changes nothing."""
    types = sorted(known.types.items())
    return written(
        {
            "case_types": [_type(one) for _, one in types],
            "procedures": [_procedure(one) for one in known.procedures],
        }
    )


def _type(one: CaseType) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude_defaults=True)


def _procedure(one: Procedure) -> dict[str, Any]:
    """One amount where the least is the most."""
    plain = one.model_dump(mode="json", exclude_defaults=True)
    if one.fee is not None and one.fee[0] == one.fee[1]:
        plain["fee"] = one.fee[0]
    return plain
