"""A registry's program, for tests: it has a token, and speaks JSON."""

from dataclasses import dataclass, field
from itertools import count

from flask import Flask

import moment
from api import tokens
from api.tokens import CASES_READ, CASES_WRITE
from cases.kinds import store
from cases.kinds.reading import read
from cases.references import with_check
from database import writing
from queues.models import Agency, Office

PREFIX = "/api/v1"
_names = count(1)

# A kind of dossier that a program alone may take through all there is.
KINDS = """
case_types:
  - code: acte
    name: "Acte"
    appeal: "au tribunal"
    documents:
      - {code: extrait, name: "extrait de naissance"}
      - {code: photo, name: "photo"}
    stages:
      - {code: depot, status: received, name: "Dépôt", days: 2}
      - {code: complement, status: documents_missing, name: "A compléter"}
      - {code: etude, status: in_progress, name: "Etude", days: 5}
      - {code: decide, status: decided, name: "Décidé"}
      - {code: pret, status: ready, name: "A retirer"}
      - {code: remis, status: handed_over, name: "Remis", to: []}
      - {code: refuse, status: refused, name: "Refusé", to: []}
"""


def reference(number: int) -> str:
    return with_check(f"{number:08d}")


def add_kinds() -> None:
    with writing() as db:
        store.write(db, read(KINDS, "kinds.yaml"))


def another_agency() -> None:
    """`ailleurs`, with the office `poste`."""
    with writing() as db:
        agency = Agency(code="ailleurs", name="Ailleurs")
        db.add(agency)
        db.flush()
        db.add(Office(agency_id=agency.id, code="poste", name="Poste", address="Rue 1"))


def token(*scopes: str, agency: str | None = None, days: int | None = None, name: str = "") -> str:
    with writing() as db:
        return tokens.create(
            db,
            name or f"program {next(_names)}",
            scopes or (CASES_READ, CASES_WRITE),
            agency,
            days,
            "cli:test",
            moment.now(),
        )


@dataclass
class Program:
    """`sent`: headers that go with each request."""

    app: Flask
    key: str
    sent: dict[str, str] = field(default_factory=dict)

    def _open(self, method: str, path: str, body: object = None, **headers: str):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().open(
            f"{PREFIX}{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.key}", **self.sent, **names},
        )

    def get(self, path: str, **headers: str):
        return self._open("GET", path, **headers)

    def put(self, path: str, body: object, **headers: str):
        return self._open("PUT", path, body, **headers)

    def post(self, path: str, body: object, **headers: str):
        return self._open("POST", path, body, **headers)
