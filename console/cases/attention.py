"""What waits for somebody at an office: four lists, the longest wait first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from cases.models import Case
from cases.statuses import CLOSED, DOCUMENTS_MISSING, READY, RECEIVED
from console.cases import access
from console.cases.rows import Row, rows
from console.speaking import N_

SHOWN: Final = 5
MOST: Final = 50
UNCOLLECTED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kind:
    """`none` is said of an empty one."""

    code: str
    title: str
    none: str
    condition: Callable[[date], Any]
    order: Any


@dataclass(frozen=True, slots=True)
class Pile:
    kind: Kind
    count: int
    rows: list[Row]


_NOT_OURS: Final = (*CLOSED, READY, DOCUMENTS_MISSING)  # over, or their holders' turn

KINDS: Final = (
    Kind(
        "late",
        N_("En retard"),
        N_("Aucun dossier n'a dépassé son délai."),
        lambda today: and_(
            col(Case.status).not_in(_NOT_OURS),
            or_(col(Case.late).is_(True), col(Case.expected) < today),
        ),
        (col(Case.expected), col(Case.id)),
    ),
    Kind(
        "overdue",
        N_("Papiers non apportés à temps"),
        N_("Personne n'a laissé passer la date pour apporter un papier."),
        lambda today: and_(
            col(Case.status) == DOCUMENTS_MISSING,
            func.coalesce(col(Case.due), col(Case.expected)) < today,
        ),
        (col(Case.due), col(Case.id)),
    ),
    Kind(
        "uncollected",
        N_("Prêts depuis plus de 7 jours"),
        N_("Tout ce qui est prêt a été retiré, ou vient de l'être."),
        lambda today: and_(col(Case.status) == READY, col(Case.since) < today - UNCOLLECTED),
        (col(Case.since), col(Case.id)),
    ),
    Kind(
        "new",
        N_("Nouveaux"),
        N_("Tous les dossiers reçus sont en main."),
        lambda _today: col(Case.status) == RECEIVED,
        (col(Case.since), col(Case.id)),
    ),
)


def kind(code: str) -> Kind | None:
    return next((one for one in KINDS if one.code == code), None)


def pile(db: Session, of: Kind, office_id: int | None, today: date, most: int = SHOWN) -> Pile:
    """How many there are, and the first of them; of all offices that one may see, without one."""
    query: Any = (
        select(Case, func.count().over())
        .where(access.of_my_offices(col(Case.office_id)), of.condition(today))
        .order_by(*of.order)
        .limit(most)
    )
    if office_id is not None:
        query = query.where(Case.office_id == office_id)
    found = db.exec(query).all()
    return Pile(of, found[0][1] if found else 0, rows(db, [one for one, _ in found], today))
