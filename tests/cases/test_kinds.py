"""Files of case types and procedures: what is wrong is said with its line and what to do."""

import pytest

from cases.kinds.reading import read
from demo.office import FILE
from queues.setup.reading import BrokenFile

GOOD = """\
case_types:
  - code: acte
    name: "Acte"
    stages:
      - {code: recu, status: received, name: "Reçu", days: 1, to: pret}
      - {code: pret, status: ready, name: "A retirer", to: []}
procedures:
  - code: extrait
    label: "Extrait"
    offices: mairie mairie-annexe
    short: "CNI"
    delay: "1 jour"
    fee: 300
    case_type: acte
    source: "exemple"
    checked_on: 2026-11-01
"""


def complaints(text: str) -> list[str]:
    with pytest.raises(BrokenFile) as broken:
        read(text, "f.yaml")
    return str(broken.value).splitlines()


def test_a_file_is_read():
    found = read(GOOD, "f.yaml")
    assert found.case_types[0].stage("recu").to == ("pret",)
    assert found.case_types[0].stage("pret").to == ()
    assert found.procedures[0].offices == ("mairie", "mairie-annexe")
    assert found.procedures[0].fee == (300, 300)


def test_the_demo_s_file_is_one():
    found = read(
        FILE.read_text(encoding="utf-8"),
        FILE.name,
        beside=("service_code", "agencies", "offices", "dossiers"),
    )
    assert {"etat-civil", "plainte"} <= {one.code for one in found.case_types}
    assert len(found.procedures) == 16


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("status: received", "status: begun", "f.yaml:5: status: "),
        ("status: received", "status: ready", "f.yaml:5: stages: a dossier begins as received"),
        ("to: pret", "to: parti", "f.yaml:5: to: no stage parti in this case type"),
        ("to: pret", "to: recu", "f.yaml:6: stages: no stage leads to pret"),
        ("days: 1", "days: un", "f.yaml:5: days: write a whole number, not 'un'"),
        ("days: 1", "jours: 1", "f.yaml:5: jours: no such key here"),
        ("to: pret", "escalate: pret", "f.yaml"),
        ("code: pret", "code: recu", "f.yaml:6: code: recu comes twice"),
        ("fee: 300", "fee: [500, 200]", "f.yaml:13: fee: the least first"),
        ("case_type: acte", "case_type: jugement", "f.yaml:14: case_type: no jugement"),
        ("2026-11-01", "novembre", "f.yaml:16: checked_on: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(was, becomes, said):
    if becomes == "escalate: pret":
        text = GOOD.replace("days: 1, to: pret", becomes)
        said = "f.yaml:5: escalate: after how many `days`?"
    else:
        text = GOOD.replace(was, becomes)
    assert any(line.startswith(said) for line in complaints(text)), complaints(text)
