"""A new dossier at the counter: what is asked, the receipt, and that the PIN is nowhere else."""

import logging
import re
from html import unescape

import pytest
from sqlmodel import select

import moment
from cases import references
from cases.models import Case
from cases.reading import on_other_phone, without_pin
from citizens.models import Citizen
from database import reading
from tests.console.cases.counter import CASES, Counter, add, dossier, happened, id_of, noted
from tests.stores import everything

NEW = f"{CASES}/new"


@pytest.fixture
def awa(office):
    return Counter(office)


def drawn(page: str) -> str:
    return re.search(r'name="drawn" value="([^"]+)"', page)[1]


def fields(counter: Counter, **more) -> dict:
    likely = {
        "type": "etat-civil",
        "office": str(id_of("mairie")),
        "birth_year": "1990",
        "whose": "holder",
        "language": "wo",
        "drawn": drawn(counter.get(NEW)),
    }
    return likely | more


def begin(counter: Counter, **more) -> str:
    """The receipt."""
    answer = counter.post(NEW, **fields(counter, **more))
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.text)


def reference_on(receipt: str) -> str:
    return re.search(r'class="label">([\d ]+)<', receipt)[1].replace(" ", "")


def pin_on(receipt: str) -> str | None:
    found = re.search(r"PIN <strong>(\d+)</strong>", receipt)
    return found[1] if found else None


def count() -> int:
    with reading() as db:
        return len(db.exec(select(Case.id)).all())


def test_the_receipt_has_all_that_is_needed_to_follow_it(awa):
    receipt = begin(awa, phone="77 000 00 60", name="Awa Diop")
    reference, pin = reference_on(receipt), pin_on(receipt)
    assert references.is_valid(reference)
    assert "*384*50#" in receipt
    assert "Awa Diop" not in receipt
    case = dossier(reference)
    assert (case.stage, case.birth_year, case.holder_name) == ("recu", 1990, "Awa Diop")
    assert [one.who for one in happened(reference)] == ["staff:awa"]
    now = moment.now()
    with reading() as db:
        assert without_pin(db, "+221770000060", reference, now)
        assert on_other_phone(db, "+221770000099", reference, 1990, pin, now)
        holder = db.get(Citizen, case.citizen_id)
        assert (holder.language, holder.birth_year) == ("wo", 1990)


def test_without_a_phone_the_receipt_is_enough(awa):
    receipt = begin(awa)
    with reading() as db:
        assert on_other_phone(
            db, "+221770000099", reference_on(receipt), 1990, pin_on(receipt), moment.now()
        )


def test_a_helper_s_phone_is_told_but_is_not_the_holder(awa):
    reference = reference_on(begin(awa, phone="77 000 00 60", whose="helper"))
    assert [one.kind for one in happened(reference)] == ["received", "note"]
    assert "personne qui aide" in happened(reference)[1].note
    with reading() as db:
        assert db.get(Citizen, dossier(reference).citizen_id).birth_year is None


def test_a_pin_that_the_person_chose_is_not_printed(awa):
    receipt = begin(awa, pin="4821")
    assert pin_on(receipt) is None
    assert "4821" not in receipt
    with reading() as db:
        found = on_other_phone(
            db, "+221770000099", reference_on(receipt), 1990, "4821", moment.now()
        )
        assert found is not None


def test_the_pin_is_nowhere_but_on_the_page(awa, office, caplog):
    with caplog.at_level(logging.DEBUG):
        receipt = begin(awa, phone="77 000 00 60")
    pin = pin_on(receipt)
    assert f" {pin} " not in caplog.text
    assert f">{pin}<" not in awa.get(f"{CASES}/{reference_on(receipt)}/receipt")
    assert f">{pin}<" not in awa.page(reference_on(receipt))
    for key in office.redis.scan_iter():
        assert pin.encode() not in everything(office.redis, key).split()
    with awa.client.session_transaction(path="/console") as session:
        assert pin not in repr(dict(session))
    with reading() as db:
        rows = db.connection().exec_driver_sql("SELECT pin_hash FROM dossier").all()
    assert all(pin not in row[0].split("$") for row in rows)


def test_sent_twice_it_opens_one_dossier_and_shows_no_pin_again(awa):
    sent = fields(awa)
    before = count()
    first = unescape(awa.post(NEW, **sent).text)
    again = awa.post(NEW, **sent)
    assert (again.status_code, again.location) == (303, f"{CASES}/{reference_on(first)}")
    assert "déjà ouvert" in awa.page(reference_on(first))
    assert count() == before + 1


@pytest.mark.parametrize("forged", ["", "2268501753", "x.y"])
def test_nobody_chooses_a_reference(awa, forged):
    receipt = begin(awa, drawn=forged)
    assert reference_on(receipt) != "2268501753"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"type": ""}, "Choisissez ce qui est demandé."),
        ({"type": "plainte"}, "choix valide"),
        ({"birth_year": ""}, "Écrivez l'année de naissance"),
        ({"birth_year": "90"}, "Écrivez l'année en quatre chiffres."),
        ({"birth_year": "2999"}, "pas encore venue"),
        ({"phone": "12"}, "Écrivez le numéro comme 77 000 00 01"),
        ({"pin": "12345"}, "Un PIN a quatre chiffres."),
        ({"pin": "1990"}, "Pas l'année de naissance"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(awa, wrong, said):
    answer = awa.post(NEW, **fields(awa, **{"name": "Awa Diop", **wrong}))
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert re.search(said, page)
    assert 'value="Awa Diop"' in page


def test_an_agent_opens_dossiers_at_their_own_office_only(awa, office):
    other = str(id_of("prefecture"))
    assert awa.post(NEW, **fields(awa, office=other)).status_code == 422
    admin = Counter(office, "admin")
    reference = reference_on(begin(admin, office=other, type="carte-identite"))
    assert dossier(reference).office_id == id_of("prefecture")


def test_printing_a_receipt_again_is_noted(awa):
    reference = add()
    assert "Réf" not in awa.get(f"{CASES}/{reference}/receipt")
    about = f"dossier:{dossier(reference).id}"
    assert noted() == [("staff:awa", "dossier.receipt", about)]
