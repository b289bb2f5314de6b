"""Who may change what of a colleague. Pure."""

from collections.abc import Sequence

from staff.models import ADMINISTRATOR, AGENT, MANAGER, ROLES, Staff


def sees(by: Staff, of: Staff) -> bool:
    """Managers see those of their office; administrators see all."""
    return by.role == ADMINISTRATOR or (by.role == MANAGER and _same_office(by, of))


def manages(by: Staff, of: Staff) -> bool:
    """Administrators see to everybody, managers to the agents of their office; nobody to
    themselves, who have their own account for it."""
    if by.id == of.id:
        return False
    return by.role == ADMINISTRATOR or (sees(by, of) and of.role == AGENT)


def may_give(by: Staff) -> Sequence[str]:
    """The roles that one may give to another."""
    if by.role == ADMINISTRATOR:
        return ROLES
    return (AGENT,) if by.role == MANAGER else ()


def may_place(by: Staff, office_id: int | None) -> bool:
    """Whether one may give somebody this office."""
    return by.role == ADMINISTRATOR or (office_id is not None and office_id == by.office_id)


def _same_office(by: Staff, of: Staff) -> bool:
    return by.office_id is not None and by.office_id == of.office_id
