"""`flask staff`: who may sign in, told on the command line."""

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from database import reading
from staff import directory, passwords

GOOD = "quatre mots sans lien"


@pytest.fixture
def staff(office):
    def run(*arguments: str, code: int = 0, **more: object) -> str:
        result = office.app.test_cli_runner().invoke(args=["staff", *arguments], **more)
        assert result.exit_code == code, result.output
        return result.output

    return run


def found(name: str):
    with reading() as db:
        return directory.find(db, name)


def notes() -> list[tuple[str, str]]:
    with reading() as db:
        return list(db.exec(select(AuditEntry.did, AuditEntry.about)).all())


def test_one_is_added_after_the_password_was_given_twice(staff):
    told = staff(
        *("add", "Coumba", "--role", "agent", "--office", "mairie", "--display", "Coumba Exemple"),
        input=f"{GOOD}\n{GOOD}\n",
    )
    assert "coumba may sign in as agent." in told
    assert GOOD not in told
    one = found("coumba")
    assert (one.role, one.display_name, one.language) == ("agent", "Coumba Exemple", "fr")
    assert passwords.matches(one.password_hash, GOOD)
    assert ("staff.add", "coumba as agent") in notes()


def test_a_password_comes_from_standard_input_where_nobody_types(staff):
    staff("add", "coumba", "--role", "administrator", "--password-stdin", input=f"{GOOD}\n")
    assert found("coumba").office_id is None


@pytest.mark.parametrize("deed", [("add", "coumba"), ("password", "awa")])
def test_a_password_on_the_command_line_is_refused(staff, deed):
    told = staff(*deed, "--password", GOOD, code=2)
    assert "not on the command line" in told
    assert found("coumba") is None


@pytest.mark.parametrize(
    ("arguments", "password", "told"),
    [
        (("coumba", "--office", "mairie"), "court", "10 characters at least"),
        (("coumba.diouf", "--office", "mairie"), "coumba.diouf", "is the user name"),
        (
            ("coumba", "--office", "nowhere"),
            GOOD,
            "there are fiscal, mairie, mairie-annexe",
        ),
        (("coumba",), GOOD, "belong to an office"),
        (
            ("coumba", "--role", "administrator", "--office", "mairie"),
            GOOD,
            "administrators and translators to none",
        ),
        (
            ("coumba", "--role", "translator", "--office", "mairie"),
            GOOD,
            "administrators and translators to none",
        ),
        (("awa", "--office", "mairie"), GOOD, "there is a 'awa' already"),
        (("coumba diouf", "--office", "mairie"), GOOD, "2 to 40 of a-z"),
    ],
)
def test_what_is_wrong_is_said(staff, arguments, password, told):
    shown = staff("add", *arguments, "--password-stdin", input=f"{password}\n", code=1)
    assert told in shown


def test_all_are_listed(staff):
    lines = staff("list").splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["admin", "administrator", "all"],
        ["awa", "agent", "mairie"],
        ["fatou", "manager", "mairie"],
        ["ibou", "agent", "mairie"],
        ["penda", "translator", "all"],
    ]


def test_another_password_ends_what_is_open(staff):
    before = found("awa").stamp
    staff("password", "awa", "--password-stdin", input=f"{GOOD}\n")
    assert found("awa").stamp > before
    assert passwords.matches(found("awa").password_hash, GOOD)
    assert ("staff.password", "awa") in notes()


def test_one_is_out_and_may_come_back(staff):
    staff("deactivate", "Awa")
    assert not found("awa").active
    staff("activate", "awa")
    assert found("awa").active
    assert [did for did, _ in notes()] == ["staff.deactivate", "staff.activate"]


def test_a_name_that_nobody_has_is_said(staff):
    assert "flask staff list" in staff("deactivate", "nobody", code=1)
