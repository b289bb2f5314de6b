"""A register of acts is asked what has changed, and told what happened here."""

from datetime import timedelta

import pytest
import yaml
from pydantic import BaseModel
from sqlmodel import select

import moment
from cases import events
from cases.connectors import KINDS, Found, configured, connector, running
from cases.connectors.configured import Configured
from cases.connectors.models import ConnectorState
from cases.events import Sender
from cases.history import Change
from cases.models import Case, CaseEvent
from cases.upserting import Row
from database import reading, writing
from tests.api.programs import add_kinds, another_agency
from tests.fakes.register import KEY, FakeRegister
from tests.queues.day import MORNING

WITH = {
    "headers": {"Authorization": "Bearer ${REGISTRE_KEY}"},
    "rows": "actes",
    "next": "suite",
    "since_parameter": "depuis",
    "fields": {
        "source_key": "numero",
        "office": "bureau",
        "status": "etat",
        "phone": "demandeur.tel",
        "documents": "pieces",
        "reason": "motif",
    },
    "fixed": {"type": "acte"},
    "values": {
        "status": {
            "RECU": "received",
            "INCOMPLET": "documents_missing",
            "PRET": "ready",
            "REMIS": "handed_over",
            "REJETE": "refused",
        }
    },
}


@pytest.fixture
def register():
    with FakeRegister() as fake:
        yield fake


@pytest.fixture
def clock(monkeypatch):
    """Sets how many seconds after nine it is."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(moment, "now", lambda: MORNING + timedelta(seconds=seconds))

    set_to(0)
    return set_to


@pytest.fixture
def ask(open_office, register, clock, tmp_path):
    """The office with this register; asks it, and says what came of that."""
    file = tmp_path / "connectors.yaml"
    told = {**WITH, "url": register.url, "push": f"{register.origin}/api/actes/{{source_key}}"}
    registre = {"kind": "register", "agency": "keur-exemple", "every": 300, "with": told}
    file.write_text(yaml.safe_dump({"connectors": {"registre": registre}}))
    office = open_office(CONNECTORS=str(file), REGISTRE_KEY=KEY)
    add_kinds()

    def run(*words: str):
        return office.app.test_cli_runner().invoke(
            args=["connectors", *(words or ("run", "registre"))]
        )

    return run


def dossiers() -> dict[str, str]:
    """Status by the register's number."""
    with reading() as db:
        return {
            case.source_key: case.status
            for case in db.exec(select(Case).order_by(Case.id))
            if case.source_key
        }


def happened() -> list[tuple[str, str]]:
    with reading() as db:
        query = select(CaseEvent).where(CaseEvent.source == "connector:registre")
        return [(one.kind, one.who) for one in db.exec(query.order_by(CaseEvent.id))]


def at_the_counter(number: str, kind: str) -> None:
    with writing() as db:
        case = db.exec(select(Case).where(Case.source_key == number)).one()
        events.add(db, case.id, Change(kind), Sender("staff:awa"), moment.now())


def test_what_the_register_knows_becomes_dossiers_that_follow_it(ask, register):
    register.put("2026-118", etat="RECU", demandeur={"tel": "+221770000061"})
    register.put(119, etat="INCOMPLET", pieces=["photo"])
    assert ask().output.startswith("2 rows: 2 new, 0 changed, 0 left")
    assert dossiers() == {"2026-118": "received", "119": "documents_missing"}
    register.put("2026-118", etat="PRET")
    assert ask().output.startswith("1 rows: 0 new, 1 changed, 0 left")
    assert dossiers()["2026-118"] == "ready"
    assert set(happened()) == {
        *(("received", "connector:registre"), ("document_missing", "connector:registre")),
        ("moved", "connector:registre"),
    }


def test_page_after_page_until_there_is_no_more(ask, register):
    register.most = 2
    for number in range(7):
        register.put(f"N-{number}", etat="RECU")
    assert ask().output.startswith("7 rows: 7 new")
    assert [one.path.partition("depuis=")[2] for one in register.asked] == ["", "2", "4", "6", "7"]


def test_nothing_new_is_not_sent_again(ask, register):
    register.put("N-1", etat="RECU")
    ask()
    ask()
    seen = len(register.asked)
    assert ask().output.startswith("0 rows")
    assert register.asked[seen].header("if-none-match").startswith('"')
    assert len(register.asked) == seen + 1
    register.put("N-1", etat="PRET")
    assert ask().output.startswith("1 rows: 0 new, 1 changed")


def test_a_row_that_is_wrong_holds_up_no_other(ask, register):
    register.put("N-1", etat="PERDU")
    register.put("N-2", etat="RECU", bureau="nowhere")
    register.put("N-3", etat="REJETE")
    register.put("N-4", etat=["RECU"])
    register.put("N-5", etat="RECU", demandeur={"tel": "77\u0000"})
    register.put("N-6", etat="RECU")
    output = ask().output
    assert output.startswith("6 rows: 1 new, 0 changed, 5 left")
    for why in ("`values`", "no office nowhere", "say the reason", "phone"):
        assert why in output
    assert dossiers() == {"N-6": "received"}
    assert "5 rows left" in ask("list").output


@pytest.mark.parametrize(
    ("fault", "why"), [(500, "HTTP 500"), ("hang up", "no answer"), ("nonsense", "not the JSON")]
)
def test_a_register_that_is_away_is_asked_again_from_where_we_were(ask, register, fault, why):
    register.put("N-1", etat="RECU")
    register.faults.append(fault)
    done = ask()
    assert (done.exit_code, why in done.output) == (1, True)
    assert why in ask("list").output
    assert ask().output.startswith("1 rows: 1 new")
    assert why not in ask("list").output


def test_what_happens_here_is_told_to_the_register_once(ask, register):
    register.put("N-1", etat="PRET")
    ask()
    at_the_counter("N-1", "handed_over")
    assert "1 events told" in ask().output
    assert "0 events told" in ask().output
    [(number, said)] = register.told
    assert (number, said["kind"], said["status"]) == ("N-1", "handed_over", "handed_over")
    assert set(said) == {"evenement", "reference", "kind", "status", "at"}


def test_what_it_could_not_be_told_waits_for_the_next_time(ask, register):
    register.put("N-1", etat="RECU")
    ask()
    at_the_counter("N-1", "decided")
    at_the_counter("N-1", "ready")
    register.faults.extend([304, 503])  # nothing has changed there; and then it fails
    assert "push: HTTP 503" in ask().output
    assert register.told == []
    assert "2 events told" in ask().output
    assert [said["kind"] for _, said in register.told] == ["decided", "ready"]


def test_the_clock_asks_when_it_is_time_and_one_worker_alone(ask, register, clock):
    register.put("N-1", etat="RECU")
    running.poll_due()
    seen = len(register.asked)
    assert dossiers() == {"N-1": "received"}
    clock(299)
    running.poll_due()
    assert len(register.asked) == seen
    clock(300)
    running.poll_due()
    assert len(register.asked) > seen
    [one] = running.configured().values()
    assert not running._taken_up(one, moment.now())


def test_a_register_may_only_bring_dossiers_of_its_agency(ask, register):
    another_agency()
    register.put("N-1", etat="RECU", bureau="poste")
    assert "no office poste" in ask().output
    assert dossiers() == {}


def test_a_kind_of_one_s_own_is_a_class(ask):
    class Options(BaseModel):
        pass

    @connector("ours", Options)
    class Ours:
        def __init__(self, options):
            self.told = []

        def poll(self, since):
            return Found([Row("acte", "mairie", source_key="N-9", status="ready")], since="1")

        def push(self, told):
            self.told.append(told)

    made = KINDS.pop("ours").make(Options())
    one = Configured("ours", "ours", "keur-exemple", 300, made)
    running._state("ours")
    report = running.run(one, moment.now())
    assert (report.created, dossiers()) == (1, {"N-9": "ready"})
    with reading() as db:
        assert db.get(ConnectorState, "ours").since == "1"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "nothing"}, "no kind nothing: there are register"),
        ({"every": 1}, "every"),
        ({"with": {"fields": {"nom": "nom"}, "url": "https://a.example"}}, "no field nom"),
        ({"with": {"url": "registre.example", "fields": {}}}, "url"),
        (
            {"with": {"url": "https://a.example", "fields": {}, "headers": {"A": "${NOT_SET}"}}},
            "${NOT_SET} is not set",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, changes, why):
    file = tmp_path / "connectors.yaml"
    good = {
        "kind": "register",
        "agency": "keur-exemple",
        "with": {"url": "https://a.example", "fields": {}},
    }
    file.write_text(yaml.safe_dump({"connectors": {"registre": good}}))
    assert configured.load(file)["registre"].every == 300
    broken = tmp_path / "broken.yaml"
    broken.write_text(yaml.safe_dump({"connectors": {"registre": good | changes}}))
    with pytest.raises(ValueError, match="registre") as wrong:
        configured.load(broken)
    assert why in str(wrong.value)
