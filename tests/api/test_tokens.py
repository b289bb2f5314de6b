"""Who asks with a token, may what it says, and no more; nobody can be shown it twice."""

from datetime import timedelta

import pytest
from sqlmodel import select

import moment
from api import pace
from api.models import ApiToken
from api.tokens import CASES_READ, CASES_WRITE
from citizens.audit import AuditEntry
from database import reading
from tests.api.programs import PREFIX, Program, reference, token
from tests.queues.day import MORNING

DOSSIER = {"type": "etat-civil", "office": "mairie"}


@pytest.fixture
def flask(office):
    run = office.app.test_cli_runner()
    return lambda *words: run.invoke(args=words)


def ask(app, authorization: str | None, method: str = "GET", path: str = "/cases"):
    headers = {"Authorization": authorization} if authorization is not None else {}
    return app.test_client().open(f"{PREFIX}{path}", method=method, headers=headers)


def made(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("guichet_"))


def test_a_token_is_shown_once_and_nowhere_kept(office, flask):
    done = flask("tokens", "create", "registre", "--agency", "keur-exemple", "--scope", CASES_READ)
    key = made(done.output)
    assert len(key) == len("guichet_") + 43  # 256 bits
    assert ask(office.app, f"Bearer {key}").status_code == 200
    assert key not in flask("tokens", "list").output
    with reading() as db:
        kept = db.exec(select(ApiToken)).one()
    assert key not in str(kept.model_dump())
    assert "registre" in flask("tokens", "list").output
    with reading() as db:
        [note] = db.exec(select(AuditEntry).where(AuditEntry.did == "token.create"))
    assert (note.who[:4], note.about) == ("cli:", "registre: cases:read, keur-exemple")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer guichet_é", "a\tb"],
)
def test_without_a_token_that_holds_nothing_is_said(office, authorization):
    answer = ask(office.app, authorization)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="guichet"')
    assert ("invalid_token" in answer.headers["WWW-Authenticate"]) == (authorization is not None)
    assert ask(office.app, authorization, path="/offices").status_code == 200


def test_a_revoked_token_is_refused_from_the_next_request_on(office, flask):
    key = token(name="registre")
    assert ask(office.app, f"Bearer {key}").status_code == 200
    assert "refused from now on" in flask("tokens", "revoke", "registre").output
    assert ask(office.app, f"Bearer {key}").status_code == 401
    assert "revoked" in flask("tokens", "list").output


def test_a_token_ends_with_its_last_day(office, monkeypatch):
    monkeypatch.setattr(moment, "now", lambda: MORNING)
    key = token(days=30)
    assert ask(office.app, f"Bearer {key}").status_code == 200
    monkeypatch.setattr(moment, "now", lambda: MORNING + timedelta(days=30))
    assert ask(office.app, f"Bearer {key}").status_code == 401


def test_who_may_read_may_not_write_and_the_other_way_round(office):
    reader, writer = (Program(office.app, token(scope)) for scope in (CASES_READ, CASES_WRITE))
    path = f"/cases/{reference(1)}"
    for refused in (
        reader.put(path, DOSSIER),
        reader.post("/cases", DOSSIER),
        reader.post("/cases/bulk", {"rows": []}),
        reader.post(f"{path}/events", {"kind": "ready", "transaction_id": "1"}),
        writer.get("/cases"),
        writer.get(path),
        writer.get(f"{path}/events"),
    ):
        assert refused.status_code == 403
        assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert writer.put(path, DOSSIER).status_code == 201
    assert reader.get(path).status_code == 200


def test_who_may_not_is_told_nothing_of_what_is_wrong_with_the_request(office):
    for path in ("/cases/12", "/cases?limit=nothing"):
        assert ask(office.app, None, path=path).status_code == 401


def test_each_program_has_a_pace_of_its_own_wherever_it_asks_from(open_office, monkeypatch):
    monkeypatch.setattr(pace.time, "time", lambda: 1_795_503_645.0)
    app = open_office(API_PER_TOKEN="2", API_PER_ADDRESS="3").app
    one, other = token(), token()
    asked = [ask(app, f"Bearer {one}").status_code for _ in range(3)]
    assert asked == [200, 200, 429]
    assert ask(app, f"Bearer {other}").status_code == 200
    assert ask(app, None, path="/offices").status_code == 200
    wrong = [ask(app, f"Bearer {number}").status_code for number in range(3)]
    assert wrong == [401, 401, 429]  # who guesses is an address like others


def test_when_it_was_used_last_is_known_to_some_minutes(office, monkeypatch):
    key = token()
    for minutes, used in ((0, 0), (5, 0), (11, 11)):
        now = MORNING + timedelta(minutes=minutes)
        monkeypatch.setattr(moment, "now", lambda now=now: now)
        assert ask(office.app, f"Bearer {key}").status_code == 200
        with reading() as db:
            assert db.exec(select(ApiToken.last_used_at)).one() == MORNING + timedelta(minutes=used)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "a", "--scope", "cases:read", "--agency", "nowhere"), "no agency nowhere"),
        (("create", "a"), "--scope"),
        (("create", "a", "--scope", "everything"), "cases:read"),
        (("create", "x" * 41, "--scope", "cases:read"), "1 to 40"),
        (("create", "known", "--scope", "cases:read"), "already"),
        (("revoke", "nobody"), "no token"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(office, flask, words, told):
    token(name="known")
    done = flask("tokens", *words)
    assert done.exit_code != 0
    assert told in done.output
