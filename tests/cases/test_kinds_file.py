"""Case types and procedures from a file: every complaint with its line, written once, and back."""

import re

import pytest
from sqlmodel import select

from cases.kinds import store
from cases.kinds.exporting import export
from cases.kinds.reading import read
from cases.kinds.shape import CaseType, KindsFile, Procedure, Stage
from citizens.audit import AuditEntry
from database import reading
from demo import office as demo_office
from queues.setup.files import BrokenFile
from settings import ROOT

SMALL = """
case_types:
  - code: permis
    name: Permis
    stages:
      - {code: recu, status: received, name: Reçu, days: 3, to: [pret], escalate: chef}
      - {code: chef, status: in_progress, name: Chef}
      - {code: pret, status: ready, name: Prêt, to: []}
procedures:
  - {code: permis, label: Permis, offices: mairie, short: CNI, fee: 500, delay: 2 jours,
     case_type: permis, source: exemple, checked_on: 2026-11-01}
  - {code: autre, label: Autre, offices: poste, short: CNI, fee: [0, 100], delay: 2 jours,
     source: exemple, checked_on: 2026-11-01}
"""
PAGE = (ROOT / "docs/dossiers.md").read_text(encoding="utf-8")


@pytest.fixture
def flask(office, tmp_path):
    """Types a command; a text that is given is the file it names last."""

    def run(*words: str, text: str | None = None) -> str:
        if text is not None:
            file = tmp_path / "kinds.yaml"
            file.write_text(text, encoding="utf-8")
            words = (*words, str(file))
        done = office.app.test_cli_runner().invoke(args=["cases", "kinds", *words])
        run.code = done.exit_code
        return done.output.replace(f"{tmp_path}/", "")

    return run


def audited() -> list[str]:
    with reading() as db:
        found = select(AuditEntry.about).where(AuditEntry.did == "kinds.import")
        return list(db.exec(found.order_by(AuditEntry.id)))


def wrong(text: str) -> list[str]:
    with pytest.raises(BrokenFile) as caught:
        read(text, "f")
    return str(caught.value).splitlines()


def test_all_that_is_wrong_is_told_at_once_with_its_line():
    text = SMALL.replace("to: [pret]", "to: [nulle]").replace("500", "[900, 100]")
    text = text.replace("status: in_progress", "status: doing").replace("days: 3, ", "")
    text = text.replace("case_type: permis", "case_type: acte")
    assert wrong(text) == [
        "f:6: escalate: after how many `days`? write them",
        "f:6: to: no stage nulle in this case type",
        "f:7: status: Input should be 'received', 'documents_missing', 'in_progress', 'decided', "
        "'ready', 'handed_over' or 'refused'",
        "f:10: fee: the least first, then the most",
        "f:11: case_type: no acte under `case_types:`",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f:1: begin with `procedures:` and a list of them"),
        (SMALL.replace("received", "ready"), "f:6: stages: a dossier begins as received"),
        (SMALL.replace("pret, status", "recu, status"), "f:6: to: no stage pret in this case type"),
        (SMALL.replace("escalate: chef", "told: ici"), "f:7: stages: no stage leads to chef"),
        (SMALL.replace("code: autre", "code: permis"), "f:12: code: permis comes twice"),
    ],
)
def test_a_file_that_is_no_good_says_what_to_do(text, complaint):
    assert wrong(text)[0].startswith(complaint)


def test_a_file_makes_types_and_procedures_and_says_so(flask):
    assert flask("import", text=SMALL).splitlines() == [
        "case type permis: new",
        "procedure permis: new",
        "procedure autre: new",
        "procedure autre: no office poste here: not shown until there is",
    ]
    assert audited() == ["case type permis: new", "procedure permis: new", "procedure autre: new"]
    listed = flask("list")
    assert "permis               Permis                    3 stages       0 dossiers" in listed
    assert "autre                Autre                  0-100 F" in listed


def test_a_dry_run_says_the_same_and_changes_nothing(flask):
    before = flask("export")
    said = flask("import", "--dry-run", text=SMALL).splitlines()
    assert said[0] == "case type permis: new"
    assert said[-1] == "nothing is written: this was --dry-run"
    assert (flask("export"), audited()) == (before, [])


def test_the_same_file_again_changes_nothing(flask):
    flask("import", text=SMALL)
    before = audited()
    again = flask("import", text=SMALL).splitlines()
    assert again[-1] == "nothing to change"
    assert audited() == before


def test_importing_an_export_changes_nothing(flask):
    flask("import", text=SMALL)
    exported = flask("export")
    assert "pin_here: true" in exported
    assert flask("import", text=exported).splitlines()[-1] == "nothing to change"
    assert flask("export") == exported


def test_procedures_stand_in_the_file_s_order_and_new_ones_last(flask):
    flask("import", text=SMALL)
    turned = SMALL.splitlines()
    flask("import", text="\n".join((*turned[:-4], *turned[-2:], *turned[-4:-2])))
    codes = re.findall(r"(?m)^- code: (\S+)", flask("export").partition("procedures:")[2])
    assert codes[-2:] == ["autre", "permis"]
    assert codes[0] == demo_office._data()["procedures"][0]["code"]


def test_a_stage_in_which_dossiers_stand_can_t_go(flask):
    without = flask("export").replace("code: production", "code: fabrication")
    said = flask("import", text=without)
    assert "carte-identite: dossiers stand in its stage production (in_progress)" in said
    assert flask.code == 1
    assert flask("import", text=flask("export")) == "nothing to change\n"


def test_a_file_is_checked_without_a_database(flask):
    assert flask("check", text=SMALL) == "1 case types, 2 procedures: good\n"
    assert "kinds.yaml:6: to: no stage x" in flask("check", text=SMALL.replace("[pret]", "[x]"))


def test_the_page_shows_every_field_and_its_file_is_good(flask):
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert flask("import", text=example).splitlines() == [
        "case type acte: new",
        "procedure extrait-exemple: new",
    ]
    assert flask("import", text=example) == "nothing to change\n"
    for shape in (CaseType, Stage, Procedure):
        for field in shape.model_fields:
            assert re.search(rf"\b{field}:", example), field


def test_what_is_written_is_read_back_the_same():
    wanted = read(SMALL, "f")
    known = store.Kinds(dict(enumerate(wanted.case_types)), wanted.procedures)
    assert read(export(known), "f") == wanted
    assert isinstance(wanted, KindsFile)
