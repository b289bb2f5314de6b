"""The file of CONNECTORS: which systems are asked, and how often.

    connectors:
      registre:                       # its name: in the log, and as who moved a dossier
        kind: register                # cases/connectors/register.py says what it needs under `with`
        agency: keur-exemple          # whose dossiers it brings
        every: 300                    # seconds
        with: {url: "https://registre.example/api/actes", …}

Reading it needs no other setting, so that the settings themselves can check it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cases.connectors import KINDS, Connector, register  # noqa: F401  (the kind that we ship)
from queues.setup.shape import Code


class _System(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    agency: Code
    every: Annotated[int, Field(ge=60, le=86_400)] = 300
    with_: dict[str, Any] = Field(alias="with")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    connectors: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,18}$")], _System]


@dataclass(frozen=True, slots=True)
class Configured:
    name: str
    kind: str
    agency: str
    every: int
    connector: Connector


@lru_cache(maxsize=4)
def load(path: Path) -> Mapping[str, Configured]:
    """Raises ValueError, with all that is wrong."""
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path}: {wrong}") from None
    try:
        file = _File.model_validate(read)
    except ValidationError as wrong:
        raise ValueError(_told(str(path), wrong)) from None
    return {name: _made(f"{path}: {name}", name, one) for name, one in file.connectors.items()}


def _made(where: str, name: str, one: _System) -> Configured:
    if one.kind not in KINDS:
        raise ValueError(f"{where}: no kind {one.kind}: there are {', '.join(KINDS)}")
    kind = KINDS[one.kind]
    try:
        options = kind.options.model_validate(one.with_)
    except ValidationError as wrong:
        raise ValueError(_told(where, wrong)) from None
    return Configured(name, one.kind, one.agency, one.every, kind.make(options))


def _told(where: str, wrong: ValidationError) -> str:
    return "\n".join(
        f"{where}: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
        for one in wrong.errors(include_url=False, include_input=False)
    )
