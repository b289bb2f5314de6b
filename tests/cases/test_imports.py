"""Files of dossiers, into the database: exact counts, once, whatever ends an import half-way.

A hundred rows; `ROWS=100000` in the environment takes as many as that, and tells the time.
"""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import func, select

import moment
from cases import events
from cases.events import Sender
from cases.history import Change
from cases.imports import batches, running
from cases.imports.running import File, Options, Progress
from cases.models import Case, CaseEvent, CaseImport, CaseName
from cases.names import find
from cases.references import with_check
from citizens.audit import AuditEntry
from citizens.directory import find_or_add
from citizens.models import Citizen
from database import reading, writing
from settings import ROOT
from tests.waiting import until

ROWS = int(os.environ.get("ROWS", "100"))
HEAD = "source_key,type,office,phone,birth_year,name,status,since,documents,due,reason,received"
STATUSES = (
    *("received", "in_progress", "decided", "ready"),
    *("documents_missing", "refused", "handed_over"),
)
PHONE = "+221720000001"


def day(ago: int) -> str:
    return str(moment.now().date() - timedelta(days=ago))


def line(key: str = "K1", status: str = "in_progress", **more: str) -> str:
    cells = {
        "source_key": key,
        "type": "permis-construire",
        "office": "mairie",
        "phone": PHONE,
        "status": status,
        "since": day(1),
        "received": day(9),
        "documents": "plans" if status == "documents_missing" else "",
        "reason": "plans" if status == "refused" else "",
    } | more
    out = io.StringIO()
    csv.writer(out).writerow([cells.get(name, "") for name in HEAD.split(",")])
    return out.getvalue().strip()


def file(*lines: str, head: str = HEAD) -> File:
    return File("some.csv", "\n".join((head, *lines, "")).encode())


def many(count: int, turn: int = 0) -> File:
    """A file of so many dossiers; at the next turn each has moved on."""
    return file(
        *(
            line(
                f"M{number}",
                STATUSES[(number + turn) % len(STATUSES)],
                phone=f"+22172{number % (count * 4 // 5):07d}",
                name=f"Awa Exemple {number}",
                birth_year=str(1950 + number % 50),
                since=day(2 - turn),
            )
            for number in range(count)
        )
    )


def run(brought: File, **options) -> tuple[Progress, list[str]]:
    wrong: list[str] = []
    done = running.run(
        brought,
        Options(**options),
        lambda seen: None,
        lambda one: wrong.extend(map(str, one.complaints)),
    )
    return done, wrong


def counts(done: Progress) -> tuple[int, int, int, int]:
    return done.opened, done.moved, done.same, done.wrong


def case(key: str = "K1") -> Case:
    with reading() as db:
        return db.exec(select(Case).where(Case.source_key == key)).one()


def story(key: str = "K1") -> list[tuple[str, str]]:
    with reading() as db:
        return [(one.kind, one.stage) for one in events.of(db, case(key).id)]


def counted(model) -> int:
    with reading() as db:
        return db.exec(select(func.count()).select_from(model)).one()


def consistent(prefix: str = "M") -> None:
    """Every imported dossier stands where its events lead."""
    with reading() as db:
        for one in db.exec(select(Case).where(Case.source_key.startswith(prefix))):
            assert events.replayed(db, one) == events.standing(one)
            assert [event.version for event in events.of(db, one.id)] == [
                *range(1, one.version + 1)
            ]


@pytest.fixture
def flask(office, tmp_path):
    """Types a command; a text that is given is the file it names last."""

    def type_(*words: str, text: str | bytes | None = None, name: str = "some.csv") -> str:
        if text is not None:
            given = tmp_path / name
            given.write_bytes(text if isinstance(text, bytes) else text.encode())
            words = (*words, str(given))
        done = office.app.test_cli_runner().invoke(args=["cases", *words])
        type_.code, type_.bytes = done.exit_code, done.stdout_bytes
        return done.output

    return type_


def test_a_row_opens_a_dossier_and_the_same_row_again_changes_nothing(office):
    assert counts(run(file(line(name="Awa Diop", birth_year="1984")))[0]) == (1, 0, 0, 0)
    one = case()
    assert story() == [("received", "depot"), ("moved", "instruction")]
    assert (one.status, str(one.since), one.birth_year) == ("in_progress", day(1), 1984)
    assert (one.holder_name, one.pin_hash, one.version) == ("Awa Diop", None, 2)
    with reading() as db:
        assert db.get_one(Citizen, one.citizen_id).phone == PHONE
        assert find(db, "diop", 5) == [one.id]
        began, moved = events.of(db, one.id)
    assert (str(began.at.date()), str(moved.at.date())) == (day(9), day(1))
    assert (began.who, began.source) == ("operator", "import")
    assert counts(run(file(line(name="Awa Diop", birth_year="1984")))[0]) == (0, 0, 1, 0)
    assert case().changed_at == one.changed_at


def test_what_moved_gets_the_events_that_lead_there(office):
    run(file(line(since=day(5))))
    rows = [
        line(status="documents_missing", documents="plans;titre", due="2031-01-05", since=day(4)),
        line(status="documents_missing", documents="titre", since=day(4)),
        line(status="ready", since=day(2)),
        line(status="in_progress", since=day(1)),
    ]
    for one in rows:
        assert counts(run(file(one))[0]) == (0, 1, 0, 0)
        assert counts(run(file(one))[0]) == (0, 0, 1, 0)
    assert story() == [
        ("received", "depot"),
        ("moved", "instruction"),
        ("document_missing", "complement"),
        ("document_received", "complement"),
        ("moved", "pret"),
        ("moved", "instruction"),
    ]
    consistent("K")


def test_the_same_row_is_true_again_after_something_else_was(office):
    with_no_day = line(since="", received="")
    run(file(with_no_day))
    run(file(line(status="ready", since="")))
    assert counts(run(file(with_no_day))[0]) == (0, 1, 0, 0)
    assert case().status == "in_progress"


def test_what_was_wrong_is_corrected(office):
    run(file(line()))
    other = line(office="prefecture", phone="+221720000002", birth_year="1990", name="Awa Sow")
    assert counts(run(file(other))[0]) == (0, 1, 0, 0)
    assert story()[-1] == ("corrected", "instruction")
    one = case()
    with reading() as db:
        assert db.get_one(Citizen, one.citizen_id).phone == "+221720000002"
        assert find(db, "sow", 5) == [one.id]
    assert one.birth_year == 1990
    assert counts(run(file(other))[0]) == (0, 0, 1, 0)
    assert run(file(other.replace("Awa Sow", "Awa Fall")))[0].moved == 1
    with reading() as db:
        assert (find(db, "sow", 5), find(db, "fall", 5)) == ([], [one.id])


def test_what_is_empty_takes_nothing_away(office):
    run(file(line(birth_year="1990", name="Awa")))
    assert counts(run(file(line(phone="", received="")))[0]) == (0, 0, 1, 0)
    assert (case().birth_year, case().holder_name) == (1990, "Awa")


def test_a_dossier_of_ours_is_known_by_its_reference_and_gets_a_key(office):
    reference = with_check("31415926")
    head = f"reference,{HEAD}"
    assert run(file(f"{reference},{line('')}", head=head))[0].opened == 1
    assert run(file(f"{reference},{line('K1')}", head=head))[0].moved == 1
    assert (case().reference, story()[-1][0]) == (reference, "corrected")
    assert run(file(line(status="ready", since=day(0))))[0].moved == 1


def test_who_had_their_data_erased_stays_unknown(office):
    run(file(line()))
    with writing() as db:
        one = db.exec(select(Case).where(Case.source_key == "K1")).one()
        one.citizen_id = None
        events.add(db, one.id, Change("erased"), Sender("citizen"), moment.now())
    assert counts(run(file(line(name="Awa", birth_year="1990")))[0]) == (0, 0, 1, 0)
    assert (case().citizen_id, case().holder_name) == (None, None)


def test_wrong_rows_are_told_and_block_no_others(office):
    done, wrong = run(
        file(
            line("A", status="ready", type="x"),
            line("B"),
            line("B", status="ready"),
            line("C", phone="12", birth_year="5"),
            line("D", status="handed_over", type="etat-civil"),
        )
    )
    assert counts(done) == (2, 0, 0, 3)
    assert [re.sub(": there are .*", "", one) for one in wrong] == [
        "line 2: type: x is not here",
        "line 4: source_key: the same dossier as line 3: keep the one that is true",
        "line 5: phone: no phone number: write it such as +221770000001",
        f"line 5: birth_year: 5: write a year, from 1900 to {moment.now().year}",
    ]


def test_what_a_dossier_does_not_allow_is_told(office):
    run(file(line("A", "handed_over", type="etat-civil"), line("B")))
    done, wrong = run(
        file(
            line("B", type="etat-civil"),
            line("B", status="ready", since=day(7)),
        )
    )
    assert counts(done) == (0, 0, 0, 2)
    assert wrong[0] == "line 2: type: it is permis-construire: a dossier keeps its type"
    assert "line 3: source_key: the same dossier as line 2" in wrong[1]
    [said] = run(file(line("B", status="ready", since=day(7))))[1]
    assert said.startswith(f"line 2: since: it is instruction since {day(1)}, after this row's")


def test_two_names_for_one_dossier_are_seen(office):
    run(file(line()))
    head = f"reference,{HEAD}"
    done, wrong = run(file(f"{case().reference},{line('')}", f",{line()}", head=head))
    assert counts(done) == (0, 0, 1, 1)
    assert "the same dossier as line 2" in wrong[0]


def test_who_imports_for_one_office_touches_no_other(office):
    run(file(line("A", office="prefecture")))
    done, wrong = run(file(line("A"), line("B", office="prefecture"), line("C")), office="mairie")
    assert counts(done) == (1, 0, 0, 2)
    assert "line 2: office: the dossier is at prefecture" in wrong[0]
    assert "line 3: office: prefecture: you import for mairie alone" in wrong[1]


def test_a_dry_run_counts_the_same_and_writes_nothing(office):
    before = counted(Case), counted(CaseEvent), counted(Citizen), counted(CaseImport)
    brought = file(line("A"), line("B", status="x"), line("C"))
    assert counts(run(brought, dry_run=True)[0]) == (2, 0, 0, 1)
    assert (counted(Case), counted(CaseEvent), counted(Citizen), counted(CaseImport)) == before


def test_all_or_nothing_is_nothing_while_a_row_is_wrong(office):
    before = counted(Case)
    done, wrong = run(file(line("A"), line("B", status="x")), all_or_nothing=True)
    assert (done.wrong, len(wrong), counted(Case)) == (1, 1, before)
    assert counts(run(file(line("A"), line("B")), all_or_nothing=True)[0]) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("tell", "new", "moved_today", "moved_long_ago"),
    [("recent", False, True, False), ("all", True, True, True), ("none", False, False, False)],
)
def test_who_is_told(office, tell, new, moved_today, moved_long_ago):
    def is_to_be_told(key: str) -> bool:
        one = case(key)
        assert (one.tell_at is None) is (one.told == one.version)
        return one.tell_at is not None

    run(file(line("A", since=day(8)), line("B", since=day(8))), tell=tell)
    assert is_to_be_told("A") is new
    with writing() as db:
        for one in db.exec(select(Case).where(Case.source_key.in_(["A", "B"]))):
            one.tell_at, one.told = None, one.version
    run(file(line("A", "ready", since=day(0)), line("B", "ready", since=day(5))), tell=tell)
    assert is_to_be_told("A") is moved_today
    assert is_to_be_told("B") is moved_long_ago


def test_who_has_no_phone_is_not_told_and_what_waits_to_be_told_still_waits(office):
    run(file(line("A", phone=""), line("B")), tell="all")
    assert case("A").tell_at is None
    waits = case("B").tell_at
    assert waits is not None
    run(file(line("B", status="ready", since=day(0))), tell="none")
    assert (case("B").tell_at, case("B").told) == (waits, 0)


def test_a_correction_is_no_news(office):
    run(file(line()))
    run(file(line(birth_year="1990")), tell="all")
    assert (case().tell_at, case().told) == (None, 3)


def test_many_rows_come_in_batches_with_exact_counts(office):
    before = counted(Case), counted(CaseName)
    began, cpu = time.monotonic(), time.process_time()
    brought = many(ROWS)
    told = []
    for expected, turn in (((ROWS, 0, 0, 0), 0), ((0, 0, ROWS, 0), 0), ((0, ROWS, 0, 0), 1)):
        done, wrong = run(brought if turn == 0 else many(ROWS, turn))
        assert (counts(done), wrong) == (expected, [])
        told.append(f"{time.monotonic() - began:.1f} s ({time.process_time() - cpu:.1f} s CPU)")
        began, cpu = time.monotonic(), time.process_time()
    assert counted(Case) == before[0] + ROWS
    assert counted(CaseName) > before[1] + ROWS
    if ROWS <= 1000:
        consistent()
    with reading() as db:
        record = db.exec(select(CaseImport).order_by(CaseImport.id)).first()
    assert (record.state, record.rows, record.done, record.opened) == ("ended", ROWS, ROWS, ROWS)
    print(f"{ROWS:,} rows: opened in {told[0]}, the same in {told[1]}, moved in {told[2]}")


def test_what_others_change_meanwhile_is_planned_anew(office, monkeypatch):
    run(file(line(since=day(3))))
    write, calls = batches.Batch._write, []

    def overtaken(batch, db, planned):
        if not calls:
            calls.append(1)
            raise batches._Changed
        write(batch, db, planned)

    monkeypatch.setattr(batches.Batch, "_write", overtaken)
    assert run(file(line(status="ready", since=day(0))))[0].moved == 1
    assert story()[-1] == ("moved", "pret")


def test_a_dossier_that_moved_after_it_was_read_is_not_written_over(office, monkeypatch):
    run(file(line(since=day(3))))
    planned, calls = batches.Batch._planned, []

    def then_an_agent_moves_it(batch):
        found = planned(batch)
        if not calls:
            calls.append(1)
            with writing() as db:
                change = Change("refused", reason="plans")
                events.add(db, case().id, change, Sender("staff:awa"), moment.now())
        return found

    monkeypatch.setattr(batches.Batch, "_planned", then_an_agent_moves_it)
    done, wrong = run(file(line(status="ready", since=day(1))))
    assert counts(done) == (0, 0, 0, 1)
    assert "it is refuse since" in wrong[0]
    assert story()[-1] == ("refused", "refuse")


def test_a_citizen_who_dials_meanwhile_is_not_there_twice(office, monkeypatch):
    planned, calls = batches.Batch._planned, []

    def then_they_dial(batch):
        found = planned(batch)
        if not calls:
            calls.append(1)
            with writing() as db:
                find_or_add(db, PHONE)
        return found

    added = batches._added

    def not_seen(db, phones):
        """As if they had dialled between the look and the insert."""
        if len(calls) == 1:
            calls.append(2)
            monkeypatch.setattr(batches, "_citizens", lambda db, phones: {})
            try:
                return added(db, phones)
            finally:
                monkeypatch.undo()
        return added(db, phones)

    monkeypatch.setattr(batches.Batch, "_planned", then_they_dial)
    monkeypatch.setattr(batches, "_added", not_seen)
    assert counts(run(file(line()))[0]) == (1, 0, 0, 0)
    with reading() as db:
        assert db.get_one(Citizen, case().citizen_id).phone == PHONE


def test_an_import_that_is_killed_is_ended_by_the_same_file(office, environment, tmp_path):
    """kill -9 in the middle, then the same command again."""
    count = max(ROWS, 4000)
    given = tmp_path / "many.csv"
    given.write_bytes(many(count).data)
    started = subprocess.Popen(
        [sys.executable, "-m", "flask", "cases", "import", str(given)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": office.settings.database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    before = counted(Case)
    until(lambda: counted(Case) > before or started.poll() is not None, "the first batch")
    os.kill(started.pid, signal.SIGKILL)
    said = started.communicate()[0].decode()
    assert started.returncode == -signal.SIGKILL, said
    there = counted(Case) - before
    assert 0 < there < count
    assert there % running.ROWS_AT_ONCE == 0
    with reading() as db:
        [record] = db.exec(select(CaseImport))
    assert (record.done, record.opened, record.state) == (there, there, "importing")
    done, wrong = run(File("many.csv", given.read_bytes()))
    assert (counts(done), wrong) == ((count - there, 0, there, 0), [])
    assert counted(Case) == before + count
    with reading() as db:
        [record] = db.exec(select(CaseImport))
        twice = Counter(db.exec(select(Case.source_key).where(Case.source_key.startswith("M"))))
    assert (record.done, record.state) == (count, "ended")
    assert set(twice.values()) == {1}
    if count <= 4000:
        consistent()


def test_the_command_says_what_came_of_it(flask):
    text = file(line("A"), line("B", status="x")).data.decode()
    said = flask("import", "--dry-run", text=text)
    assert "line 3: status: x is not here: there are received" in said
    assert said.endswith("2 rows: 1 opened, 0 moved, 0 the same, 1 wrong\nnothing is written\n")
    assert flask.code == 1
    assert flask("import", text=text).endswith("1 opened, 0 moved, 0 the same, 1 wrong\n")
    assert flask("import", text=file(line("A")).data).endswith(
        "1 rows: 0 opened, 0 moved, 1 the same, 0 wrong\n"
    )
    assert flask.code == 0
    with reading() as db:
        about = db.exec(select(AuditEntry.about).where(AuditEntry.did == "cases.import")).all()
    assert about[0] == "some.csv: 1 opened, 0 moved, 0 the same, 1 wrong"


def test_wrong_rows_are_mended_in_the_report_and_imported(flask, tmp_path):
    report = tmp_path / "wrong.csv"
    text = file(line("A"), line("B", status="x", name="Aïssé")).data.decode()
    flask("import", "--report", str(report), text=text)
    written = report.read_text(encoding="utf-8-sig")
    assert written.splitlines()[0] == f"line,problem,{HEAD}"
    assert written.splitlines()[1].startswith('3,"status: x is not here')
    report.write_text(written.replace(",x,", ",ready,"), encoding="utf-8-sig")
    assert "1 opened" in flask("import", str(report))
    assert case("B").holder_name == "Aïssé"


def test_what_can_t_be_read_says_what_to_do(flask):
    assert "Error: no column type" in flask("import", text="reference,office,status\n")
    assert "two columns are office" in flask("import", text="office,bureau\n")
    assert "Error: no agency x: there are" in flask("import", "--agency", "x", text=HEAD)
    assert "write their column=ours" in flask("import", "--map", "x", text=HEAD)
    assert "not both" in flask("import", "--quiet", "--tell", text=HEAD)
    said = flask("import", text=HEAD.replace("name", "Prénom").encode("cp1252"))
    assert "read as Windows-1252" in said
    assert "not read: the columns Prénom" in said


def test_their_columns_are_mapped(flask):
    text = file(line()).data.decode().replace("office,", "Guichet n°,", 1)
    assert "no column office" in flask("import", text=text)
    assert "1 opened" in flask("import", "--map", "guichet N°=office", text=text)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_importing_an_export_changes_nothing(flask, form, tmp_path):
    run(file(*(line(f"S{at}", status) for at, status in enumerate(STATUSES))))
    run(file(line("S9", name="=1+1", phone="")))
    out = tmp_path / f"out.{form}"
    flask("export", "--phones", "--format", form, "--to", str(out))
    everything = counted(Case)
    said = flask("import", str(out))
    assert said.endswith(
        f"{everything} rows: 0 opened, 0 moved, {everything:,} the same, 0 wrong\n"
    )


def test_phones_and_names_are_exported_for_who_asks_and_that_is_noted(flask):
    run(file(line(name="Awa Diop")))
    plain = flask("export")
    assert "phone" not in plain
    assert PHONE not in plain
    assert "Diop" not in plain
    whole = flask("export", "--phones")
    assert f",{PHONE}," in whole
    assert "Awa Diop" in whole
    with reading() as db:
        noted = select(AuditEntry.about).where(AuditEntry.did == "cases.export_phones")
        assert list(db.exec(noted)) == ["all offices, csv"]


def test_an_export_is_of_one_office_or_of_what_has_changed(flask):
    run(file(line("A"), line("B", office="prefecture")))
    assert {
        one.split(",")[3] for one in flask("export", "--office", "mairie").splitlines()[1:]
    } == {"mairie"}
    tomorrow = moment.now().date() + timedelta(days=1)
    assert len(flask("export", "--changed-since", str(tomorrow)).splitlines()) == 1
    assert len(flask("export", "--changed-since", day(0)).splitlines()) > 2
    assert "Error: no office x: there are mairie" in flask("export", "--office", "x")


def test_one_dossier_s_story_is_shown_masked_and_noted(flask):
    run(file(line(status="documents_missing", documents="plans;photo", due="2031-01-05")))
    reference = case().reference
    said = flask("show", f"{reference[:3]} {reference[3:6]} {reference[6:]}")
    assert "Permis de construire, Mairie" in said
    assert "+22172•••••01" in said
    assert PHONE not in said
    assert "document_missing   complement           operator  plans, photo; by 2031-01-05" in said
    with reading() as db:
        noted = select(AuditEntry.about).where(AuditEntry.did == "cases.show")
        assert list(db.exec(noted)) == [reference]
    assert "Error: no dossier 1234567889" in flask("show", "1234567889")


def test_a_dossier_is_moved_by_hand(flask):
    run(file(line()))
    reference = case().reference
    assert "pret (ready)" in flask("move", reference, "pret")
    assert "complement (documents_missing)" in flask(
        "move",
        reference,
        "--event",
        "document_missing",
        "--document",
        "plans",
        "--due",
        "2031-01-05",
    )
    assert (case().due, case().missing) == (date(2031, 1, 5), '["plans"]')
    assert "Error: refused: say the reason" in flask("move", reference, "--event", "refused")
    assert "Error: x: no such stage" in flask("move", reference, "x")
    assert "give a STAGE or an --event" in flask("move", reference)
    assert story()[-2:] == [("moved", "pret"), ("document_missing", "complement")]
    with reading() as db:
        last = events.of(db, case().id)[-1]
        noted = select(AuditEntry.about).where(AuditEntry.did == "cases.move")
        assert len(list(db.exec(noted))) == 2
    assert (last.who, last.source) == ("operator", "")


def test_the_page_s_file_is_imported(flask):
    page = (ROOT / "docs/dossiers.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```csv\n(.*?)```", page, re.S)
    assert "3 rows: 3 opened, 0 moved, 0 the same, 0 wrong" in flask("import", text=example)
