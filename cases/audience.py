"""Holders of dossiers, as recipients of one text to many: `flask sms bulk draft --to cases`."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from cases.models import Case
from cases.statuses import STATUSES
from citizens.models import Citizen
from queues.models import Office
from sms.bulk.audiences import audience
from sms.bulk.reading import NoList

_FILTERS = {"status": Case.status, "office": Office.name}


@audience("cases")
def holders(
    db: Session, filters: Mapping[str, str]
) -> Iterable[tuple[str, str | None, Mapping[str, str]]]:
    """Each holder once a dossier, with its office and the tail of its reference. Filters: `status`,
    `office`."""
    wrong = sorted(set(filters) - set(_FILTERS))
    if wrong:
        raise NoList(f"no filter {wrong[0]}: there are {', '.join(sorted(_FILTERS))}")
    if filters.get("status", STATUSES[0]) not in STATUSES:
        raise NoList(f"no such status: there are {', '.join(STATUSES)}")
    query = (
        select(Case, Citizen, Office)
        .join(Citizen, col(Citizen.id) == col(Case.citizen_id))
        .join(Office, col(Office.id) == col(Case.office_id))
    )
    for name, value in filters.items():
        query = query.where(col(_FILTERS[name]) == value)
    for case, citizen, office in db.exec(query.order_by(col(Case.id))):
        yield citizen.phone, citizen.language, {"office": office.name, "tail": case.reference[-4:]}
