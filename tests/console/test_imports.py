"""A file of dossiers at the console: checked, seen, imported by jobs, its wrong rows taken back."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

import moment
from cases.imports import jobs, running
from cases.imports.running import File, Options
from cases.models import Case, CaseImport
from citizens.audit import AuditEntry
from database import reading, writing
from tests.console.conversations import FRENCH, sign_in, token

PAGE = "/console/settings/imports"
HEAD = "source_key,type,office,phone,name,status,since"
GOOD = "{},permis-construire,{},+221720000001,Awa Exemple,in_progress,2026-11-20"


def rows(count: int, office: str = "mairie", *more: str) -> bytes:
    return "\n".join(
        (HEAD, *(GOOD.format(f"K{at}", office) for at in range(count)), *more)
    ).encode()


@pytest.fixture
def client(office):
    client = office.app.test_client()
    sign_in(client, "fatou")
    return client


def send_file(client, data: bytes, name: str = "dossiers.csv", **fields: str):
    form = {"csrf_token": token(client, PAGE), "tell": "recent", **fields}
    parts = [
        *(f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in form.items()),
        f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data,
    ]
    body = b"".join(b"--x\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--x--"
    kind = "multipart/form-data; boundary=x"
    return client.post(PAGE, data=body, headers=FRENCH, content_type=kind)


def press(client, url: str, what: str):
    return client.post(f"{url}/{what}", data={"csrf_token": token(client, url)}, headers=FRENCH)


def facts(client, url: str) -> dict[str, str]:
    shown = client.get(url, headers=FRENCH).text
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown))


def record() -> CaseImport:
    with reading() as db:
        return db.exec(select(CaseImport).order_by(CaseImport.id.desc())).first()


def imported() -> int:
    with reading() as db:
        return len(db.exec(select(Case).where(Case.source_key.startswith("K"))).all())


def test_a_file_is_checked_seen_and_imported(office, client):
    url = send_file(client, rows(3, "mairie", GOOD.format("K9", "nulle"))).location
    assert 'http-equiv="refresh"' in client.get(url, headers=FRENCH).text
    office.work()
    shown = client.get(url, headers=FRENCH).text
    assert "Vérifié, pas encore importé" in shown
    assert 'http-equiv="refresh"' not in shown
    assert (facts(client, url)["Dossiers à ouvrir"], facts(client, url)["Lignes fausses"]) == (
        *("3", "1"),
    )
    assert imported() == 0
    assert press(client, url, "start").status_code == 303
    office.work()
    assert "Terminé" in client.get(url, headers=FRENCH).text
    assert facts(client, url)["Dossiers ouverts"] == "3"
    assert imported() == 3
    with reading() as db:
        about = db.exec(select(AuditEntry).where(AuditEntry.did == "cases.import")).one()
        who = {one.who for one in db.exec(select(CaseImport))}
    assert (about.who, who) == ("staff:fatou", {"staff:fatou"})
    assert "dossiers.csv" in client.get(PAGE, headers=FRENCH).text


def test_wrong_rows_are_taken_back_and_that_is_noted(office, client):
    url = send_file(client, rows(1, "mairie", GOOD.format("K9", "nulle"))).location
    office.work()
    press(client, url, "start")
    office.work()
    answer = client.get(f"{url}/wrong.csv")
    assert answer.text.splitlines() == [
        f"\ufeffline,problem,{HEAD}",
        "3,\"office: nulle n'est pas connu : il y a mairie, prefecture, tribunal, fiscal, "
        'mairie-annexe"'
        ",K9,permis-construire,nulle,+221720000001,Awa Exemple,in_progress,2026-11-20",
    ]
    assert "attachment" in answer.headers["Content-Disposition"]
    with reading() as db:
        noted = db.exec(select(AuditEntry).where(AuditEntry.did == "cases.import_wrong")).one()
    assert noted.who == "staff:fatou"
    mended = answer.text.replace(",nulle,", ",mairie,").encode()
    url = send_file(client, mended).location
    office.work()
    assert facts(client, url)["Dossiers à ouvrir"] == "1"
    assert client.get(f"{url}/wrong.csv").status_code == 404


def test_the_page_tells_the_first_wrong_rows_by_the_file_s_own_words(office, client):
    data = rows(1, "mairie", GOOD.format("K9", "nulle")).replace(b"office", b"Bureau", 1)
    url = send_file(client, data).location
    office.work()
    shown = client.get(url, headers=FRENCH).text
    assert '<td class="figure">3</td><td>Bureau: nulle n&#39;est pas connu' in shown
    assert "+221720000001" not in shown


def test_a_manager_imports_for_their_office_alone_an_administrator_for_all(office, client):
    other = rows(1, "prefecture")
    url = send_file(client, other).location
    office.work()
    assert facts(client, url)["Lignes fausses"] == "1"
    boss = office.app.test_client()
    sign_in(boss, "admin")
    theirs = send_file(boss, other).location
    office.work()
    assert facts(boss, theirs)["Dossiers à ouvrir"] == "1"
    assert boss.get(url).status_code == 200
    assert client.get(theirs).status_code == 404
    assert press(boss, url, "start").status_code == 303


def test_an_agent_imports_nothing(office):
    client = office.app.test_client()
    sign_in(client, "awa")
    assert client.get(PAGE).status_code == 403
    assert "Importer des dossiers" not in client.get("/console/settings", headers=FRENCH).text


def test_a_file_that_is_not_wanted_is_erased(office, client):
    url = send_file(client, rows(2)).location
    office.work()
    press(client, url, "drop")
    assert (record().content, record().state, imported()) == (None, "ended", 0)
    with writing() as db:
        assert jobs.start(db, db.get_one(CaseImport, record().id)) is False


def test_what_can_t_be_read_says_why(office, client):
    url = send_file(client, b"a,b\n1,2\n", "notes.csv").location
    office.work()
    shown = client.get(url, headers=FRENCH).text
    assert "Fichier illisible" in shown
    assert "pas de colonne reference / source_key" in shown
    assert record().content is None


def test_no_file_is_asked_for_again_and_a_heavy_one_is_refused(client):
    form = {"csrf_token": token(client, PAGE), "tell": "recent"}
    asked = client.post(PAGE, data=form, headers=FRENCH)
    assert (asked.status_code, "Choisissez un fichier" in asked.text) == (422, True)
    assert send_file(client, b"x" * (jobs.MOST_BYTES + 1)).status_code == 413
    assert send_file(client, b"x" * (jobs.MOST_BYTES // 4)).status_code == 303


def test_a_file_lies_sealed_until_it_is_imported_and_then_no_more(office, client):
    url = send_file(client, rows(2, "mairie", GOOD.format("K9", "nulle"))).location
    office.work()

    def lies() -> str:
        with reading() as db:
            return str(db.connection().exec_driver_sql("SELECT * FROM dossier_import").all())

    assert record().content is not None
    assert record().problems is not None
    assert not any(word in lies() for word in ("720000001", "Awa Exemple", "K9,"))
    press(client, url, "start")
    office.work()
    assert record().content is None


def test_files_and_wrong_rows_are_kept_for_some_days_only(office, client):
    send_file(client, rows(2, "mairie", GOOD.format("K9", "nulle")))
    office.work()
    jobs.erase()
    assert (record().state, record().content is None) == ("checked", False)

    def age(days: int) -> None:
        with writing() as db:
            db.get_one(CaseImport, record().id).started_at = moment.now() - timedelta(days=days)

    age(2)
    jobs.erase()
    assert (record().state, record().content, record().problems) == ("ended", None, None)
    send_file(client, rows(2, "mairie", GOOD.format("K9", "nulle")))
    office.work()
    press(client, f"{PAGE}/{record().id}", "start")
    office.work()
    age(6)
    jobs.erase()
    assert record().problems is not None
    age(8)
    jobs.erase()
    assert (record().problems, record().wrong) == (None, 1)


def bring(count: int) -> int:
    with writing() as db:
        found = jobs.bring(db, File("many.csv", rows(count)), Options(who="staff:fatou"))
    jobs.go_on()
    with writing() as db:
        assert jobs.start(db, db.get_one(CaseImport, found.id))
    return found.id


def test_a_job_that_dies_half_way_is_taken_up_where_its_last_batch_ended(office, monkeypatch):
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    bring(7)
    before = running._note

    def dies(db, record, begun, after):
        before(db, record, begun, after)
        if after.done > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "_note", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.go_on()
    assert (record().done, record().opened, imported()) == (4, 4, 4)
    monkeypatch.setattr(running, "_note", before)
    jobs.take_up()
    office.work()
    assert (record().done, record().opened, record().same, record().state) == (7, 7, 0, "ended")
    assert imported() == 7


def test_a_job_does_some_of_it_and_wakes_another(office, monkeypatch):
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    with writing() as db:
        jobs.bring(db, File("many.csv", rows(5)), Options(who="staff:fatou"))
    seen = []
    some = jobs._some
    monkeypatch.setattr(jobs, "_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "_some", lambda one: (seen.append(one.done), some(one)))
    office.work()
    assert seen == [0, 2, 4, 5]
    assert (record().state, record().done) == ("checked", 5)


def test_of_two_workers_at_one_file_only_one_goes_on(office, monkeypatch):
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    key = bring(6)
    file, options = File("many.csv", rows(6)), Options(who="staff:fatou")
    one = running.go(file, options, key)
    other = running.go(file, options, key)
    assert next(one).progress.opened == 2
    with pytest.raises(running.Overtaken):
        next(other)
    assert [step.progress.done for step in one] == [4, 6]
    assert (record().done, record().opened, record().same) == (6, 6, 0)
