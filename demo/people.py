"""Who works at the demo's offices, all invented. Their password is known to everyone,
and refused in production."""

from dataclasses import dataclass

from sqlmodel import Session, select

from queues.models import Office
from settings import DEMO_PASSWORD
from staff.models import ADMINISTRATOR, AGENT, MANAGER, TRANSLATOR, Staff
from staff.passwords import hashed


@dataclass(frozen=True, slots=True)
class User:
    name: str
    role: str
    office: str | None
    display_name: str
    password: str = DEMO_PASSWORD


USERS = (
    User("awa", AGENT, "mairie", "Awa Exemple"),
    User("ibou", AGENT, "mairie", "Ibou Exemple"),
    User("fatou", MANAGER, "mairie", "Fatou Exemple"),
    User("penda", TRANSLATOR, None, "Penda Exemple"),
    User("admin", ADMINISTRATOR, None, "Coumba Exemple"),
)


def add(db: Session) -> bool:
    """Them, where nobody works yet. True if it did something."""
    if db.exec(select(Staff)).first() is not None:
        return False
    offices = {office.code: office.id for office in db.exec(select(Office))}
    for user in USERS:
        if user.office is None or user.office in offices:
            db.add(
                Staff(
                    name=user.name,
                    display_name=user.display_name,
                    role=user.role,
                    office_id=offices[user.office] if user.office else None,
                    password_hash=hashed(user.password),
                )
            )
    return True
