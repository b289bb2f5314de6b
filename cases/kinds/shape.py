"""What a file of case types and procedures may say. Pure; docs/dossiers.md shows one in full.

A case type is how a kind of file moves through an agency; a procedure is what a citizen can ask
for, and needs to know before going.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from cases.statuses import STATUSES
from queues.setup.shape import Code

STAFF_ROLES = ("agent", "manager", "administrator")
SYSTEM = "system"  # a program, by its token


def _listed(written: Any) -> Any:
    """`a b`, `a, b` or a list."""
    return tuple(written.replace(",", " ").split()) if isinstance(written, str) else written


def _amounts(written: Any) -> Any:
    """One amount, or the least and the most."""
    return written if isinstance(written, (list, tuple)) else (written, written)


def _said(most: int, least: int = 1) -> Any:
    return Field(min_length=least, max_length=most)


Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Status = Literal[STATUSES]  # type: ignore[valid-type]
By = Literal["agent", "manager", "administrator", "system"]
Unsure = Literal["fee", "papers", "delay", "place", "validity"]
Fee = Annotated[
    tuple[Annotated[int, Field(ge=0, le=9_999_999)], Annotated[int, Field(ge=0, le=9_999_999)]],
    BeforeValidator(_amounts),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Stage(_Part):
    """A step inside the agency. `name` is for staff; `told`, `next` are what a citizen reads there
    instead of what the status says by itself (not of what is ready, missing or refused). `days`:
    working days that it may take. `to`: the stages that can follow, any where it is left out. `by`:
    who may bring a dossier here, anyone where it is left out. `escalate`: the stage to which a
    dossier goes that stays too long."""

    code: Code
    status: Status
    name: Name
    days: int | None = Field(default=None, ge=0, le=999)
    told: str = Field(default="", max_length=40)
    next: str = Field(default="", max_length=60)
    to: Annotated[tuple[Code, ...] | None, BeforeValidator(_listed)] = None
    by: Annotated[tuple[By, ...], BeforeValidator(_listed)] = ()
    escalate: Code | None = None


class Document(_Part):
    """A paper that may be missing; `name` is what the citizen reads. `in_sms`: its name tells
    nothing of the matter, so that an SMS may say it."""

    code: Code
    name: str = _said(40)
    in_sms: bool = False


class CaseType(_Part):
    """`pin_here`: the holder's own phone is asked for the PIN, too. `collect`: the letter of the
    service at which a ready paper is collected by appointment. `fee`: to pay at collection, F CFA.
    `appeal`: how to appeal a refusal, where the agency says nothing else."""

    code: Code
    name: Name
    pin_here: bool = False
    collect: str | None = Field(default=None, pattern=r"^[A-Z]$")
    fee: int | None = Field(default=None, ge=0, le=9_999_999)
    appeal: str = Field(default="", max_length=60)
    documents: tuple[Document, ...] = ()
    stages: tuple[Stage, ...] = Field(min_length=1)

    def stage(self, code: str) -> Stage:
        """Raises KeyError."""
        for one in self.stages:
            if one.code == code:
                return one
        raise KeyError(code)

    def first_with(self, status: str) -> Stage | None:
        """The first stage of this public status."""
        return next((one for one in self.stages if one.status == status), None)

    def may_be_sent(self, codes: Iterable[str]) -> bool:
        """Whether an SMS may name all of these papers."""
        return {one.code for one in self.documents if one.in_sms}.issuperset(codes)

    def document(self, code: str) -> str:
        """How a citizen reads it; what is no code of ours is its own name."""
        return next((one.name for one in self.documents if one.code == code), code)


class Paper(_Part):
    """Something to bring: one paper or one of several, not older than `fresh_months`."""

    one_of: tuple[Name, ...] = Field(min_length=1)
    fresh_months: int | None = Field(default=None, ge=1, le=120)
    copies: int = Field(default=1, ge=1, le=20)


class Procedure(_Part):
    """`place`: by what the competent office is found. `papers`: all of them, for staff and SMS;
    `short`: the same on a small screen. `paid_to`: who receives the fee. What `unsure` names is not
    shown. `checked_on`, `approver`: when it was looked up last, and who stands for it."""

    code: Code
    label: str = _said(22)
    offices: Annotated[tuple[Code, ...], BeforeValidator(_listed)] = Field(min_length=1)
    place: Literal["birth", "residence", "event", "any"] = "any"
    in_person: bool = True
    papers: tuple[Paper, ...] = ()
    short: str = _said(80)
    fee: Fee | None = None
    paid_to: str = Field(default="", max_length=40)
    delay: str = _said(40)
    legal_days: int | None = Field(default=None, ge=0, le=999)
    usual_days: int | None = Field(default=None, ge=0, le=999)
    valid_months: int | None = Field(default=None, ge=1, le=240)
    case_type: Code | None = None
    source: str = _said(120)
    checked_on: date
    unsure: Annotated[tuple[Unsure, ...], BeforeValidator(_listed)] = ()
    approver: str = Field(default="", max_length=60)


class KindsFile(_Part):
    case_types: tuple[CaseType, ...] = ()
    procedures: tuple[Procedure, ...] = ()
