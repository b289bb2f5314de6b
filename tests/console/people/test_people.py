"""Colleagues: invited, moved, signed out, taken away and brought back, by those who may."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from citizens.audit import AuditEntry
from database import reading, writing
from staff import directory, links
from staff.models import Staff, StaffLink
from tests.console.conversations import ACCOUNT, FRENCH, is_in, send, sign_in, token, try_to_sign_in

PEOPLE = "/console/people"
GOOD = "quatre mots sans lien"
NEW = {"display_name": "Moussa Exemple", "name": "moussa", "language": "fr", "email": ""}


@pytest.fixture
def admin(office):
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


@pytest.fixture
def manager(office):
    client = office.app.test_client()
    sign_in(client, "fatou")
    return client


@pytest.fixture
def other(office):
    return office.app.test_client()


def found(name: str) -> Staff | None:
    with reading() as db:
        return directory.find(db, name)


def page_of(name: str) -> str:
    return f"{PEOPLE}/{found(name).id}"


def add(name: str, role: str = "agent", office: str | None = "fiscal") -> Staff:
    with writing() as db:
        office_id = directory.office_of_code(db, office) if office else None
        return directory.add(db, name, GOOD, role=role, office_id=office_id, by="test")


def office_id(code: str = "mairie") -> str:
    with reading() as db:
        return str(directory.office_of_code(db, code))


def link_in(text: str) -> str:
    return re.search(r'value="http://localhost(/console/join/[^"]+)"', text)[1]


def invite(client, **fields) -> str:
    sent = {**NEW, "role": "agent", "office": office_id(), **fields}
    answer = send(client, f"{PEOPLE}/new", sent)
    assert answer.status_code == 200, answer.text
    return link_in(answer.text)


def notes(did: str) -> list[AuditEntry]:
    with reading() as db:
        return list(db.exec(select(AuditEntry).where(AuditEntry.did == did)).all())


def test_the_list_says_who_is_who_and_when_they_were_there(admin):
    shown = admin.get(PEOPLE).text
    for text in ("Awa Exemple", "Responsable", "Traducteur", "jamais", "à l'instant"):
        assert text in shown.replace("&#39;", "'") or text == "jamais"


def test_one_who_is_invited_chooses_a_password_and_comes_in(admin, other):
    link = invite(admin)
    assert found("moussa").password_hash == ""
    assert try_to_sign_in(other, "moussa", "").status_code == 422
    assert "Bienvenue, Moussa Exemple" in other.get(link, headers=FRENCH).text
    again = send(other, link, {"new": GOOD, "again": GOOD}, page=link)
    assert again.location == "/console/sign-in"
    sign_in(other, "moussa", GOOD)
    assert is_in(other)
    assert "Invité" not in admin.get(page_of("moussa")).text


def test_a_link_is_good_once(admin, other):
    link = invite(admin)
    send(other, link, {"new": GOOD, "again": GOOD}, page=link)
    spent = other.get(link, headers=FRENCH)
    assert spent.status_code == 410
    assert "Ce lien ne sert plus" in spent.text


def test_an_invitation_lasts_three_days_and_a_newer_one_takes_its_place(admin, other):
    link = invite(admin)
    with writing() as db:
        one = db.exec(select(StaffLink)).one()
        assert one.expires_at - one.created_at == timedelta(days=3)
        one.expires_at = datetime.now(UTC)
    assert other.get(link).status_code == 410
    newer = link_in(send(admin, f"{page_of('moussa')}/link").text)
    newest = link_in(send(admin, f"{page_of('moussa')}/link").text)
    assert other.get(newer).status_code == 410
    assert other.get(newest).status_code == 200


@pytest.mark.parametrize("forged", ["x", "WzEsImEiXQ.x", "..", "1"])
def test_a_link_that_we_did_not_make_opens_nothing(admin, other, forged):
    invite(admin)
    assert other.get(f"/console/join/{forged}").status_code == 410


def test_a_link_of_another_key_opens_nothing(admin, other, monkeypatch):
    invite(admin)
    with reading() as db:
        link = db.exec(select(StaffLink)).one()
    forged = links.URLSafeSerializer("another key of ours", salt="staff link")
    assert other.get(f"/console/join/{forged.dumps([link.id, link.nonce])}").status_code == 410


def test_a_password_that_is_too_easy_is_said_beside_its_field(admin, other):
    link = invite(admin)
    for new, told in (("court", "au moins 10"), ("motdepasse", "devinerait")):
        shown = send(other, link, {"new": new, "again": new}, page=link)
        assert shown.status_code == 422
        assert told in shown.text
    shown = send(other, link, {"new": GOOD, "again": "another"}, page=link)
    assert "pas le même" in shown.text
    assert found("moussa").password_hash == ""


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "Awa Diop"}, "sans espace"),
        ({"name": "awa"}, "est pris"),
        ({"display_name": ""}, "Écrivez le nom"),
        ({"email": "nowhere"}, "nom@exemple.org"),
        ({"office": ""}, "Choisissez le bureau"),
        ({"role": "administrator"}, "pas de bureau"),
    ],
)
def test_what_is_wrong_in_an_invitation_is_said_and_what_was_typed_stays(admin, fields, told):
    sent = {**NEW, "role": "agent", "office": office_id(), **fields}
    shown = send(admin, f"{PEOPLE}/new", sent)
    assert shown.status_code == 422
    assert told in shown.text
    if "display_name" not in fields:
        assert "Moussa Exemple" in shown.text


def test_a_manager_invites_agents_of_their_own_office_and_nobody_else(manager):
    invite(manager)
    assert found("moussa").role == "agent"
    for fields in (
        {"role": "manager", "office": office_id()},
        {"role": "administrator", "office": ""},
        {"role": "translator", "office": ""},
        {"role": "agent", "office": office_id("fiscal")},
    ):
        sent = {**NEW, "name": "modou", **fields}
        assert send(manager, f"{PEOPLE}/new", sent).status_code == 422
    assert found("modou") is None


def test_a_manager_sees_to_agents_of_their_office_only(manager):
    add("elsewhere")
    add("deputy", "manager", "mairie")
    shown = manager.get(PEOPLE).text
    assert "Awa Exemple" in shown
    assert "elsewhere" not in shown
    assert "Coumba Exemple" not in shown
    for name in ("elsewhere", "admin", "penda"):
        assert manager.get(page_of(name)).status_code == 404
    assert manager.get(page_of("deputy")).status_code == 200
    deeds = ("details", "place", "deactivate", "reactivate", "link", "sign-out")
    for deed in deeds:
        for name, answer in (("elsewhere", 404), ("admin", 404), ("deputy", 403), ("fatou", 403)):
            assert send(manager, f"{page_of(name)}/{deed}").status_code == answer, (deed, name)
    assert send(manager, f"{page_of('awa')}/two-steps/off").status_code == 403
    assert send(manager, f"{page_of('awa')}/deactivate").status_code == 303
    assert not found("awa").active


def test_nobody_raises_themself_nor_an_agent_of_theirs(admin, manager):
    raised = {"role": "administrator", "office": ""}
    assert send(manager, f"{page_of('fatou')}/place", raised).status_code == 403
    assert send(manager, f"{page_of('awa')}/place", raised).status_code == 422
    assert send(admin, f"{page_of('admin')}/place", raised).status_code == 403
    assert (found("fatou").role, found("awa").role) == ("manager", "agent")


def test_another_role_ends_the_sessions_and_is_noted_with_what_it_was(admin, other):
    sign_in(other)
    send(admin, f"{page_of('awa')}/place", {"role": "manager", "office": office_id("fiscal")})
    assert not is_in(other)
    [note] = notes("staff.place")
    assert (note.who, note.about) == ("staff:admin", "awa")
    assert (note.before, note.after) == ("agent, mairie", "manager, fiscal")
    assert note.address == "127.0.0.1"


def test_the_last_administrator_stays(office, admin):
    add("second", "administrator", None)
    second = office.app.test_client()
    sign_in(second, "second", GOOD)
    assert send(second, f"{page_of('admin')}/deactivate").status_code == 303
    with writing() as db, pytest.raises(directory.LastAdministrator):
        directory.set_active(db, directory.find(db, "second"), False, "test")
    with writing() as db, pytest.raises(directory.LastAdministrator):
        directory.set_place(db, directory.find(db, "second"), "translator", None, "test")
    told = office.app.test_cli_runner().invoke(args=["staff", "deactivate", "second"])
    assert told.exit_code == 1
    assert "the last administrator stays" in told.output


def test_one_who_is_only_invited_is_no_administrator_to_rely_on(admin):
    invite(admin, role="administrator", office="")
    with writing() as db, pytest.raises(directory.LastAdministrator):
        directory.set_active(db, directory.find(db, "admin"), False, "test")


def test_who_is_deactivated_is_out_and_may_come_back(admin, other):
    sign_in(other)
    send(admin, f"{page_of('awa')}/deactivate")
    assert not is_in(other)
    assert try_to_sign_in(other).status_code == 422
    assert send(admin, f"{page_of('awa')}/link").status_code == 404
    send(admin, f"{page_of('awa')}/reactivate")
    sign_in(other)


def test_an_administrator_s_link_leads_to_another_password(admin, other):
    link = link_in(send(admin, f"{page_of('awa')}/link").text)
    sign_in(other)
    assert is_in(other)  # the old one is good until another is chosen
    send(other, link, {"new": GOOD, "again": GOOD}, page=link)
    assert not is_in(other)
    sign_in(other, "awa", GOOD)


def test_a_link_is_worth_nothing_once_a_password_was_set_otherwise(admin, other):
    link = link_in(send(admin, f"{page_of('awa')}/link").text)
    with writing() as db:
        directory.set_password(db, directory.find(db, "awa"), GOOD, "test")
    assert other.get(link).status_code == 410


def test_open_sessions_are_listed_and_ended_one_by_one(office, admin):
    phone, desk = office.app.test_client(), office.app.test_client()
    agent = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36"
    phone.environ_base["HTTP_USER_AGENT"] = agent
    phone.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    sign_in(phone)
    sign_in(desk)
    shown = admin.get(page_of("awa")).text
    assert "Chrome, Android" in shown
    assert "192.0.2.7" in shown
    ends = re.findall(r'action="(/console/people/\d+/sessions/\d+/end)"', shown)
    assert len(ends) == 2
    of_phone = ends[0] if shown.index(ends[0]) > shown.index("Chrome, Android") else ends[1]
    assert send(admin, of_phone).status_code == 303
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert send(admin, f"{page_of('awa')}/sign-out").status_code == 303
    assert not is_in(desk)


def test_one_ends_one_s_own_other_session(office):
    here, there = office.app.test_client(), office.app.test_client()
    sign_in(there)
    sign_in(here)
    shown = here.get(ACCOUNT).text
    [end] = re.findall(r'action="(/console/settings/account/sessions/\d+/end)"', shown)
    send(here, end)
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_session_of_another_can_t_be_ended_as_one_s_own(office, admin):
    other = office.app.test_client()
    sign_in(other)
    theirs = re.findall(r"sessions/(\d+)/end", admin.get(page_of("awa")).text)[0]
    assert send(admin, f"{ACCOUNT}/sessions/{theirs}/end").status_code == 404
    assert is_in(other)


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(office):
    client, thief = office.app.test_client(), office.app.test_client()
    sign_in(client)
    copied = client.get_cookie("guichet", path="/").value
    thief.set_cookie("guichet", copied, path="/")
    assert is_in(thief)
    send(client, "/console/sign-out")
    assert not is_in(thief)


def test_asking_who_is_there_is_one_read(office, admin):
    from sqlalchemy import event

    import database

    asked = []
    listen = lambda _c, _cursor, statement, *_rest: asked.append(statement)  # noqa: E731
    event.listen(database.engine(), "before_cursor_execute", listen)
    admin.get("/console/settings")
    event.remove(database.engine(), "before_cursor_execute", listen)
    reads = [one for one in asked if "staff" in one]
    assert len(reads) == 1, reads


def test_names_are_changed_and_an_address_is_kept_sealed(admin):
    sent = {"display_name": "Awa Ba", "email": "Awa@Example.ORG"}
    assert send(admin, f"{page_of('awa')}/details", sent).status_code == 303
    assert found("awa").email == "Awa@example.org"
    assert [(one.before, one.after) for one in notes("staff.name")] == [("Awa Exemple", "Awa Ba")]
    shown = send(admin, f"{page_of('awa')}/details", {**sent, "email": "no address"})
    assert shown.status_code == 422
    assert "no address" in shown.text
    with reading() as db:
        from sqlalchemy import text

        raw = db.execute(text("SELECT email FROM staff WHERE name = 'awa'")).scalar_one()
    assert "example" not in raw


def test_without_e_mail_nobody_is_told_that_a_link_comes(other):
    assert "Mot de passe oublié" not in other.get("/console/sign-in", headers=FRENCH).text
    assert other.get("/console/forgotten").location == "/console/sign-in"
    assert token(other, "/console/sign-in")
