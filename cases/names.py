"""Finding dossiers by their holder's name: for staff, who may hear it across the counter.

A name is kept sealed; its words are found by their fingerprints, whole: `Awa Diop` is found by
`diop`, in any letters, and not by `dio`.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from cases.models import Case, CaseName
from database.sealing import fingerprint, fingerprints

_WORD = re.compile(r"[a-z0-9]+")
_MOST = 8


def words(name: str) -> list[str]:
    """`N'Diaye, Aïssatou` -> `aissatou`, `diaye`: folded, each once, without single letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return sorted({word for word in _WORD.findall(plain) if len(word) > 1})[:_MOST]


def index(db: Session, case: Case) -> None:
    """Makes it be found by its holder's name as that is now; by none where it has none."""
    db.execute(delete(CaseName).where(col(CaseName.case_id) == case.id))
    add(db, [case])


def add(db: Session, cases: Iterable[Case]) -> None:
    """Makes new dossiers be found by their holders' names."""
    rows = [
        {"case_id": case.id, "word_hash": fingerprint(word)}
        for case in cases
        for word in words(case.holder_name or "")
    ]
    if rows:
        db.execute(insert(CaseName), rows)


def find(db: Session, text: str, most: int, office_id: int | None = None) -> list[int]:
    """The ids of dossiers whose holder's name has all of these words, the latest change first; of
    one office, if that is named."""
    asked = words(text)
    if not asked:
        return []
    query = select(Case.id)
    if office_id is not None:
        query = query.where(Case.office_id == office_id)
    for word in asked:
        has = select(CaseName.case_id).where(col(CaseName.word_hash).in_(fingerprints(word)))
        query = query.where(col(Case.id).in_(has))
    found = db.exec(query.order_by(col(Case.changed_at).desc()).limit(most))
    return [one for one in found if one is not None]
