"""A file of dossiers as lines, columns and rows: what is wrong is told, and what to do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases.history import NotPossible, Standing
from cases.imports import planning, rows, sheets
from cases.imports.planning import Known
from cases.imports.rows import Columns, Context, Row, Wrong
from cases.imports.sheets import BrokenLine, NoSheet
from cases.kinds.reading import read
from cases.kinds.shape import CaseType
from cases.statuses import DOCUMENTS_MISSING, REFUSED, STATUSES
from demo import office as demo_office

TODAY = date(2026, 11, 24)
NEVER = frozenset()


def demo_types() -> dict[str, CaseType]:
    beside = (*demo_office._BESIDE, *demo_office._OFFICES)
    found = read(demo_office.FILE.read_text(encoding="utf-8"), "f", beside)
    return {one.code: one for one in found.case_types}


TYPES = demo_types()
HERE = Context(
    types=TYPES,
    offices={"mairie": "Mairie", "prefecture": "Préfecture", "poste": "Poste"},
    agencies={"mairie": "keur", "prefecture": "keur", "poste": None},
    prefix="221",
    today=TODAY,
)
GOOD = {"source_key": "A1", "type": "etat-civil", "office": "mairie", "status": "ready"}


def checked(**cells: str) -> Row:
    return rows.check(2, {key: cell for key, cell in (GOOD | cells).items() if cell}, HERE)


def wrong(**cells: str) -> list[str]:
    with pytest.raises(Wrong) as caught:
        checked(**cells)
    for one in caught.value.complaints:
        assert one.message.told("fr") != one.message.told("en")
    return [f"{one.column}: {one.message}" for one in caught.value.complaints]


def lines(data: bytes, **more) -> list[tuple[int, list[str]]]:
    return list(sheets.read(data, **more).lines)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found_and_lines_keep_their_numbers(separator):
    text = 'a,b\n1,"x\ny"\n\n , \n2,z\n'.replace(",", separator)
    sheet = sheets.read(text.encode())
    assert sheet.names == ["a", "b"]
    assert list(sheet.lines) == [(2, ["1", "x\ny"]), (6, ["2", "z"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive_and_a_guess_is_said_aloud(encoding):
    sheet = sheets.read("nom\nAïssé\n".encode(encoding))
    assert (sheet.names, list(sheet.lines)) == (["nom"], [(2, ["Aïssé"])])
    assert any("Windows-1252" in str(note) for note in sheet.notes) is (encoding == "cp1252")


def test_what_is_no_sheet_says_what_to_do():
    for data, said in (
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        (b"PK\x03\x04nothing", "no Excel workbook"),
        (b"a\n\x81\x8d", "neither UTF-8 nor Windows-1252"),
    ):
        with pytest.raises(NoSheet, match=said) as caught:
            sheets.read(data)
        assert caught.value.said.told("fr") != caught.value.said.told("en")
    with pytest.raises(NoSheet, match="line 2 is not ascii"):
        sheets.read("a\né\n".encode(), "ascii")
    with pytest.raises(NoSheet, match="no encoding latin-99"):
        sheets.read(b"a\n", "latin-99")


def test_a_quote_that_never_ends_breaks_the_file_where_it_begins():
    found = sheets.read(b'a,b\n1,2\n3,"' + b"x" * 200_000).lines
    assert next(found) == (2, ["1", "2"])
    with pytest.raises(BrokenLine) as caught:
        next(found)
    assert caught.value.line == 3


def test_columns_are_known_by_their_french_names_and_by_the_ones_that_are_given():
    columns = Columns.of(
        ["Clé", "Type de dossier", "Agence", "Année_de naissance", "Statut", "Couleur"],
        {"agence": "office"},
    )
    assert dict(columns.places) == {
        "source_key": 0,
        "type": 1,
        "office": 2,
        "birth_year": 3,
        "status": 4,
    }
    assert columns.unread == ("Couleur",)
    assert columns.cells(["A1", "", "mairie"]) == {"source_key": "A1", "office": "mairie"}


@pytest.mark.parametrize(
    ("names", "named", "said"),
    [
        ("type,office,status", {}, "no column reference / source_key"),
        ("reference,type,office", {}, "no column status / stage"),
        ("reference,type,office,status,statut", {}, "two columns are status"),
        ("reference,type,office,status", {"x": "name"}, "no column x in the file"),
        ("reference,type,office,status", {"type": "colour"}, "no column colour here"),
    ],
)
def test_columns_that_are_lacking_or_twice(names, named, said):
    with pytest.raises(NoSheet, match=said) as caught:
        Columns.of(names.split(","), named)
    assert caught.value.said.told("fr") != caught.value.said.told("en")


def test_a_row_is_read_as_people_write():
    row = checked(
        reference=" 123 456-7889",
        type="acte d'etat civil",
        office="MAIRIE",
        status="à compléter",
        phone="77 000 00 01",
        birth_year="1990",
        name="'=Awa",
        since="20/11/2026",
        documents="cni; EXTRAIT DE MOINS DE 3 MOIS ;photo;cni",
        due="2026-12-24 00:00:00",
        received="2.11.2026",
    )
    assert row == Row(
        line=2,
        reference="1234567889",
        source_key="A1",
        agency="keur",
        type="etat-civil",
        office="mairie",
        status="documents_missing",
        phone="+221770000001",
        birth_year=1990,
        name="=Awa",
        since=date(2026, 11, 20),
        documents=("cni", "extrait", "photo"),
        due=date(2026, 12, 24),
        received=date(2026, 11, 2),
    )


def test_zeros_that_a_spreadsheet_took_away_come_back():
    from cases.references import with_check

    reference = with_check("00000123")
    assert checked(reference=reference.lstrip("0")).reference == reference


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ({"reference": "1234567880"}, "reference: 1234567880 is none: ten digits, as on the r"),
        ({"source_key": ""}, "source_key: write it, or a reference: else it is opened every time"),
        ({"source_key": "k" * 65}, "source_key: 65 characters: shorten it to 64"),
        ({"type": "acte"}, "type: acte is not here: there are etat-civil, carte-identite"),
        ({"type": ""}, "type: write one of etat-civil"),
        ({"office": "nulle"}, "office: nulle is not here: there are mairie, prefecture, poste"),
        ({"office": "poste"}, "source_key: whose key? poste has no agency: name one (--agency)"),
        ({"status": ""}, "status: write one of received, documents_missing"),
        ({"status": "fini"}, "status: fini is not here: there are received"),
        ({"stage": "fini"}, "stage: fini is not here: there are recu, complement"),
        ({"stage": "recu"}, "status: ready, but the stage recu is received: mend one of them"),
        ({"status": "documents_missing"}, "documents: write what is missing, several by a ;"),
        ({"phone": "12"}, "phone: no phone number: write it such as +221770000001"),
        ({"birth_year": "90"}, "birth_year: 90: write a year, from 1900 to 2026"),
        ({"since": "24/13/2026"}, "since: 24/13/2026: write a day such as 2026-12-24"),
        ({"since": "2026-11-25"}, "since: 2026-11-25 is to come: write the day on which it"),
        ({"since": "2026-11-02", "received": "2026-11-03"}, "received: after since (2026-11-02)"),
        ({"name": "x" * 81}, "name: 81 characters: shorten it to 80"),
    ],
)
def test_what_is_wrong_with_a_row_says_what_to_do(cells, complaint):
    [said] = wrong(**cells)
    assert said.startswith(complaint)


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    assert [one.partition(":")[0] for one in wrong(type="x", office="y", phone="z")] == [
        *("type", "office", "phone"),
    ]


@given(some.text(alphabet="=+-@'a1é;", max_size=12))
def test_a_guarded_cell_is_no_formula_and_reads_as_it_was(cell):
    assert not rows.guarded(cell).startswith(("=", "+", "-", "@"))
    if not (cell[:1] == "'" and cell[1:2] in "=+-@"):
        assert rows.plain(rows.guarded(cell)) == cell


# What leads from where it stands to where a row says


def known(standing: Standing, type: str, **more) -> Known:
    return Known(
        **{
            **{"reference": "1234567889", "source_key": "A1", "type": type, "office": "mairie"},
            **{"citizen_id": None, "birth_year": None, "name": None, "erased": False},
            **more,
        },
        standing=standing,
    )


def a_row(type: str = "etat-civil", status: str = "ready", **more) -> Row:
    papers = ("cni",) if status == DOCUMENTS_MISSING else ()
    reason = "plans" if status == REFUSED else ""
    return Row(
        **{
            **{"line": 2, "reference": None, "source_key": "A1", "agency": "keur"},
            **{"type": type, "office": "mairie", "status": status},
            **{"documents": papers, "reason": reason, "since": TODAY, "received": None},
            **more,
        }
    )


def opened(row: Row) -> planning.Plan:
    return planning.opening(row, TYPES[row.type], TODAY, NEVER)


def moved(standing: Standing, row: Row, **more) -> planning.Plan:
    return planning.moving(
        known(standing, row.type, **more), row, None, TYPES[row.type], TODAY, NEVER
    )


def kinds(plan: planning.Plan) -> list[str]:
    return [step.change.kind for step in plan.steps]


PLACES = [(code, stage.code) for code, kind in TYPES.items() for stage in kind.stages]


@given(some.sampled_from(PLACES), some.sampled_from(PLACES))
def test_from_every_stage_to_every_other_there_is_a_way_or_a_reason_and_then_no_more(one, other):
    kind = TYPES[one[0]]
    if other[0] != one[0]:
        return
    begin = a_row(one[0], kind.stage(one[1]).status, stage=one[1])
    there = opened(begin).steps[-1].standing
    assert there.stage == one[1]
    row = a_row(one[0], kind.stage(other[1]).status, stage=other[1])
    try:
        plan = moved(there, row)
    except NotPossible:
        assert kind.stage(one[1]).to is not None  # where any stage can follow, any is reached
        return
    stands = plan.steps[-1].standing if plan.steps else there
    assert (stands.stage, stands.status) == (other[1], row.status)
    assert stands.since == TODAY
    assert moved(stands, row).steps == ()


@given(some.sampled_from(STATUSES))
def test_a_new_dossier_stands_where_its_row_says(status):
    row = a_row("tribunal", status, received=date(2026, 11, 2))
    plan = opened(row)
    assert kinds(plan)[0] == "received"
    assert (plan.steps[-1].standing.status, plan.steps[-1].standing.since) == (
        status,
        date(2026, 11, 2) if status == "received" else TODAY,
    ) or status == "received"
    assert plan.steps[0].day == date(2026, 11, 2)
    assert moved(plan.steps[-1].standing, row).steps == ()


def test_stages_between_are_gone_through():
    from_start = opened(a_row(status="received")).steps[-1].standing
    plan = moved(from_start, a_row(status="decided", stage="decide"))
    assert kinds(plan) == ["decided"]
    strict = CaseType.model_validate(
        {
            **{"code": "x", "name": "X"},
            "stages": [
                {"code": "a", "status": "received", "name": "A", "to": ["b"]},
                {"code": "b", "status": "in_progress", "name": "B", "to": ["c"]},
                {"code": "c", "status": "in_progress", "name": "C", "to": ["a"]},
            ],
        }
    )
    row = a_row("x", "in_progress", stage="c")
    plan = planning.opening(row, strict, TODAY, NEVER)
    assert [step.standing.stage for step in plan.steps] == ["a", "b", "c"]


def test_papers_that_are_more_or_fewer_are_asked_for_and_taken_in():
    there = opened(a_row(status=DOCUMENTS_MISSING, documents=("cni", "extrait"))).steps[-1].standing
    plan = moved(there, a_row(status=DOCUMENTS_MISSING, documents=("extrait", "photo")))
    assert kinds(plan) == ["document_missing", "document_received"]
    assert set(plan.steps[-1].standing.missing) == {"extrait", "photo"}
    later = a_row(status=DOCUMENTS_MISSING, documents=there.missing, due=date(2027, 1, 5))
    plan = moved(there, later)
    assert (kinds(plan), plan.steps[-1].standing.due) == (["document_missing"], date(2027, 1, 5))


def test_a_closed_dossier_is_opened_again():
    closed = opened(a_row("permis-construire", "handed_over")).steps[-1].standing
    assert kinds(moved(closed, a_row("permis-construire", "in_progress"))) == ["reopened"]
    missing = a_row("permis-construire", DOCUMENTS_MISSING)
    assert kinds(moved(closed, missing)) == ["reopened", "document_missing"]


def test_a_reason_that_changes_is_told():
    refused = opened(a_row(status=REFUSED)).steps[-1].standing
    plan = moved(refused, a_row(status=REFUSED, reason="autre motif"))
    assert (kinds(plan), plan.is_news) == (["moved"], True)
    assert plan.steps[-1].standing.reason == "autre motif"


def test_an_old_row_does_not_take_a_dossier_back():
    there = opened(a_row(status="ready")).steps[-1].standing
    with pytest.raises(NotPossible, match="after this row's since: take the row out"):
        moved(there, a_row(status="in_progress", since=date(2026, 11, 23)))


def test_what_was_wrong_of_who_and_where_is_corrected_and_no_news():
    there = opened(a_row()).steps[-1].standing
    row = a_row(office="prefecture", phone="+221770000001", birth_year=1990, name="Awa")
    plan = moved(there, row, source_key=None)
    assert plan.corrected == ("office", "source_key", "phone", "birth_year", "name")
    assert (kinds(plan), plan.is_news) == (["corrected"], False)
    assert "Awa" not in plan.steps[-1].change.note
    assert moved(there, row, erased=True, office="prefecture").steps == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"type": "tribunal"}, "it is etat-civil: a dossier keeps its type"),
        ({"reference": "9"}, "that of A1 is 1234567889"),
        ({"source_key": "B"}, "that of 1234567889 is A1"),
    ],
)
def test_what_a_dossier_keeps(more, said):
    there = opened(a_row()).steps[-1].standing
    with pytest.raises(NotPossible, match=said):
        planning.moving(
            known(there, "etat-civil"), a_row(**more), None, TYPES["etat-civil"], TODAY, NEVER
        )


def test_a_stage_that_others_alone_may_reach_is_not_reached_by_a_file():
    strict = CaseType.model_validate(
        {
            **{"code": "x", "name": "X"},
            "stages": [
                {"code": "a", "status": "received", "name": "A"},
                {"code": "b", "status": "decided", "name": "B", "by": ["manager"]},
            ],
        }
    )
    row = a_row("x", "decided")
    with pytest.raises(NotPossible, match="only manager may bring it to b"):
        planning.opening(row, strict, TODAY, NEVER, by=("agent",))
    there = planning.opening(a_row("x", "received"), strict, TODAY, NEVER, by=("agent",))
    standing = there.steps[-1].standing
    here = (known(standing, "x"), row, None, strict, TODAY, NEVER)
    with pytest.raises(NotPossible):
        planning.moving(*here, by=("agent",))
    for allowed in (("agent", "manager"), None):
        assert planning.moving(*here, by=allowed).steps[-1].standing.stage == "b"
