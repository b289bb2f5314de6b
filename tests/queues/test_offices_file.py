"""Offices from a file: read with every complaint, written once, written out as they were read."""

import pytest
import yaml
from sqlmodel import delete, select

from cases.models import Case, CaseEvent, CaseName, CaseReading
from citizens.audit import AuditEntry
from database import reading, writing
from demo import office as demo_office
from queues.models import (
    Agency,
    Counter,
    CounterService,
    Office,
    Opening,
    RosterLine,
    Service,
    SpecialDay,
)
from queues.setup.exporting import export
from queues.setup.files import BrokenFile
from queues.setup.reading import read
from queues.setup.writing import write
from staff.models import Staff
from tests.queues.day import counters, sit, take

SMALL = """
agencies:
  - {code: commune, name: Commune}
offices:
  - code: poste
    agency: commune
    name: Poste
    address: Rue
    hours: {mon-fri: 08:00-13:00 14:00-17:00, sat: 08:00-12:00}
    services:
      - {prefix: A, name: Colis, minutes: 4, slots: {places: 2}}
      - {prefix: B, name: Lettres}
    counters:
      - {number: 1, services: A, roster: {mon: 08:00-12:00}}
      - {number: 2}
    special_days:
      - {day: 2026-12-24, hours: 08:00-12:00, reason: veille de fête}
      - {day: 2026-12-25, hours: closed}
"""


@pytest.fixture
def flask(office, tmp_path):
    """Types a command; a text that is given is the file it names last."""

    def run(*words: str, text: str | None = None) -> str:
        if text is not None:
            file = tmp_path / "offices.yaml"
            file.write_text(text, encoding="utf-8")
            words = (*words, str(file))
        done = office.app.test_cli_runner().invoke(args=["offices", *words])
        run.code = done.exit_code
        return done.output.replace(f"{tmp_path}/", "")

    return run


def wrong(text: str) -> list[str]:
    with pytest.raises(BrokenFile) as caught:
        read(text, "f")
    return str(caught.value).splitlines()


def audited() -> list[str]:
    with reading() as db:
        return list(db.exec(select(AuditEntry.about).order_by(AuditEntry.id)))


def empty_of_offices() -> None:
    with writing() as db:
        for person in db.exec(select(Staff)):
            db.delete(person)
        db.flush()
        for table in (
            *(CaseReading, CaseEvent, CaseName, Case),
            *(CounterService, RosterLine, SpecialDay, Opening, Counter, Service, Office, Agency),
        ):
            db.exec(delete(table))


def test_all_that_is_wrong_is_told_at_once_with_its_line():
    assert wrong(
        "offices:\n"
        "  - code: Mairie X\n"
        "    name: une mairie dont le nom est bien trop long\n"
        "    agency: nobody\n"
        "    zone: Afrika/Dakar\n"
        "    hours: {mon-fry: 08:00-13:00}\n"
        "    services:\n"
        "      - {prefix: A, name: X, minute: 3}\n"
        "      - {prefix: A, name: Y, minutes: x, quota: -1}\n"
        "    counters: [{number: 1, services: A C, roster: {mon: 8-12}}]\n"
        "    special_days: [{day: 24/12, hours: nope}]\n"
    ) == [
        "f:2: address: missing: write it",
        "f:2: code: write 1 to 20 small letters, digits and -, such as mairie-annexe",
        "f:3: name: at most 22 characters: shorten it",
        "f:4: agency: no nobody under `agencies:`: add it there",
        "f:5: zone: no time zone Afrika/Dakar: write one such as Africa/Dakar",
        "f:6: hours: 'mon-fry': write days such as mon-fri or sat, from mon to sun",
        "f:8: minute: no such key here: check its spelling, or take it out",
        "f:9: minutes: write a whole number, not 'x'",
        "f:9: prefix: A comes twice: give it another, or take it out",
        "f:9: quota: write 0 or more",
        "f:10: roster: '8-12': write hours such as 08:00-13:00",
        "f:10: services: no service C at this office",
        "f:11: day: write a day such as 2026-12-24",
        "f:11: hours: 'nope': write hours such as 08:00-13:00",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f:1: begin with `offices:` and a list of them"),
        ("- a", "f:1: begin with `offices:` and a list of them"),
        ("offices: poste", "f:1: offices: write a list: each line begins with `- `"),
        ("offices: [", "f:2: not YAML: did not find expected node content"),
        ("offices: []\nofices: []", "f:2: ofices: no such key here: check its spelling, or"),
        ("offices: []\noffices: []", "f:2: offices: also on line 1: keep one"),
        (SMALL.replace("sat:", "fri:"), "f:9: hours: 'fri': fri has its hours above already"),
        (SMALL.replace("14:00", "12:00"), "f:9: hours: '08:00-13:00 12:00-17:00': one stretch"),
        (SMALL.replace("address: Rue", "country: ZZ"), "f:5: address: missing: write it"),
        (SMALL.replace("address: Rue", "address: ''"), "f:8: address: empty: write it"),
        (SMALL.replace("address: Rue", "languages: xx"), "f:5: address: missing: write it"),
        (SMALL.replace("number: 2", "number: 1"), "f:15: number: 1 comes twice: give it another"),
        (SMALL.replace("12-25", "12-24"), "f:18: day: 2026-12-24 comes twice"),
    ],
)
def test_a_file_that_is_no_good_says_what_to_do(text, complaint):
    assert wrong(text)[0].startswith(complaint)


def test_a_country_a_language_and_a_phone_are_checked():
    found = wrong(SMALL.replace("address: Rue", "country: ZZ\n    languages: xx\n    phone: 33"))
    assert [line.partition(": ")[2] for line in found[1:]] == [
        "country: no holidays are known of ZZ: write a code such as SN",
        "languages: write some of fr en wo ff bm ha sw pt",
        "phone: write a number such as +221338000000",
    ]


def test_words_of_yaml_are_words_here():
    """`NO` is Norway, not False; 0800 is no number in eights."""
    text = SMALL.replace("address: Rue", "country: NO\n    address: 0800")
    [found] = read(text, "f").offices
    assert (found.country, found.address) == ("NO", "0800")


def test_a_file_makes_an_office_with_all_that_belongs_to_it(flask):
    assert flask("import", text=SMALL).splitlines() == [
        "agency commune: new",
        "poste: new",
        "poste hours: mon-fri 08:00-13:00 14:00-17:00, sat 08:00-12:00",
        "poste service A: new",
        "poste service B: new",
        "poste counter 1: new",
        "poste counter 1: serves A",
        "poste counter 1 roster: mon 08:00-12:00",
        "poste counter 2: new",
        "poste counter 2: serves A B",
        "poste on 2026-12-24: 08:00-12:00",
        "poste on 2026-12-24: reason none -> veille de fête",
        "poste on 2026-12-25: closed",
    ]
    assert "poste                Poste                   2 services  2 counters" in flask("list")


def test_the_same_file_again_changes_nothing(flask):
    flask("import", text=SMALL)
    before = audited()
    assert flask("import", text=SMALL) == "nothing to change\n"
    assert audited() == before


def test_importing_an_export_changes_nothing(flask):
    assert flask("import", text=flask("export")) == "nothing to change\n"


def test_an_export_fills_an_empty_database_with_the_same_offices(flask):
    flask("import", text=SMALL)
    before = flask("export")
    empty_of_offices()
    assert flask("export") == "agencies: []\noffices: []\n"
    flask("import", text=before)
    assert flask("export") == before


def test_one_office_is_written_out_by_itself(flask):
    flask("import", text=SMALL)
    alone = read(flask("export", "poste"), "f")
    assert [one.code for one in alone.offices] == ["poste"]
    assert alone == read(SMALL, "f")
    assert "Error: no office nowhere" in flask("export", "nowhere")


def test_what_changed_is_said_and_noted(flask):
    flask("import", text=SMALL)
    before = len(audited())
    changed = SMALL.replace("minutes: 4", "minutes: 6").replace("sat: 08", "sat: 09")
    changed = changed.replace("services: A,", "services: B,").replace(
        "24, hours: 08", "24, hours: 09"
    )
    said = [
        "poste hours: mon-fri 08:00-13:00 14:00-17:00, sat 09:00-12:00",
        "poste service A: minutes 4 -> 6",
        "poste counter 1: serves B",
        "poste on 2026-12-24: hours 08:00-12:00 -> 09:00-12:00",
    ]
    assert flask("import", text=changed).splitlines() == said
    assert audited()[before:] == said


def test_a_dry_run_says_what_it_would_do_and_does_nothing(flask):
    before, noted = flask("export"), audited()
    said = flask("import", "--dry-run", text=SMALL)
    assert "poste: new" in said
    assert "nothing is written: this was --dry-run" in said
    assert (flask("export"), audited()) == (before, noted)


def test_nothing_is_written_of_a_file_with_a_fault(flask):
    before = flask("export")
    said = flask("import", text=SMALL + "  - {code: autre}\n")
    assert flask.code == 1
    assert "nothing is written" in said
    assert "offices.yaml:19: name: missing: write it" in said
    assert flask("export") == before


def test_what_the_file_leaves_out_stays_and_is_named(flask):
    flask("import", text=SMALL)
    less = SMALL.replace("      - {prefix: B, name: Lettres}\n", "")
    less = less.replace("      - {number: 2}\n", "").replace(
        "25, hours: closed", "26, hours: closed"
    )
    said = flask("import", text=less)
    for kept in ("poste service B", "poste counter 2", "poste on 2026-12-25"):
        assert f"{kept}: kept; --remove takes it away" in said
    said = flask("import", "--remove", text=less)
    for gone in ("poste service B", "poste counter 2", "poste on 2026-12-25"):
        assert f"{gone}: removed" in said
    assert flask("import", "--remove", text=flask("export")) == "nothing to change\n"


def test_a_service_and_a_counter_with_a_history_are_never_removed(flask):
    [counter] = counters(1)
    sit(counter, 7)
    take("+221770000061")
    less = yaml.safe_load(flask("export", "mairie"))
    del less["offices"][0]["services"][0], less["offices"][0]["counters"][0]
    less = yaml.safe_dump(less)
    said = flask("import", "--remove", text=less)
    assert "mairie service A: kept, since it has tickets" in said
    assert "mairie counter 1: kept, since somebody is at it" in said
    with reading() as db:
        query = select(CounterService).join(Service).where(Service.prefix == "A")
        assert len(db.exec(query.where(CounterService.counter_id == counter)).all()) == 1


def test_offices_that_the_file_does_not_name_are_left_alone_and_new_ones_come_last(flask):
    flask("import", text=SMALL)
    with reading() as db:
        codes = list(db.exec(select(Office.code).order_by(Office.position)))
    assert codes[0] == "mairie"
    assert codes[-2:] == ["mairie-annexe", "poste"]


def test_the_file_s_order_is_that_of_its_offices(flask):
    _, _, offices = flask("export").partition("offices:\n")
    mairie, prefecture, *_ = ("- code" + one for one in offices.split("- code")[1:])
    agency = "agencies:\n- {code: keur-exemple, name: Commune de Keur Exemple}\noffices:\n"
    flask("import", text=agency + prefecture + mairie)
    with reading() as db:
        codes = list(db.exec(select(Office.code).order_by(Office.position)))
    assert codes[:3] == ["prefecture", "mairie", "tribunal"]


def test_the_demo_is_filled_by_the_same_import(database_url, environment):
    import database

    database.use(environment())
    text = demo_office.FILE.read_text(encoding="utf-8")
    wanted = read(text, "keur_exemple.yaml", demo_office._NO_OFFICES)
    with writing() as db:
        assert write(db, wanted).changes == []
        assert write(db, read(export(db), "export")).changes == []


def test_the_demo_s_names_fit_a_screen():
    wanted = read(demo_office.FILE.read_text(encoding="utf-8"), "f", demo_office._NO_OFFICES)
    assert wanted.offices[0].name == "Mairie"
    for one in wanted.offices:
        assert len(one.name) <= 20
        assert all(len(service.name) <= 20 for service in one.services)
