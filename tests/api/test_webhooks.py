"""A program is told of an agency's dossiers as they move: signed, in order, until it has heard."""

import re
from datetime import timedelta

import pytest
import redis
from sqlmodel import select

import moment
from api import delivering, outside, signing
from api.models import Webhook, WebhookCall
from background import work
from citizens.audit import AuditEntry
from database import reading
from tests.api.programs import Program, add_kinds, another_agency, reference, token
from tests.fakes.receiver import FakeReceiver
from tests.queues.day import MORNING

ACT = {"type": "acte", "office": "mairie"}


@pytest.fixture
def receiver():
    with FakeReceiver() as fake:
        yield fake


@pytest.fixture
def clock(monkeypatch):
    """Sets how long after nine it is."""

    def set_to(**later: float) -> None:
        monkeypatch.setattr(moment, "now", lambda: MORNING + timedelta(**later))

    set_to()
    return set_to


@pytest.fixture
def inside(open_office, clock):
    """An office that may call receivers on this machine."""
    office = open_office(WEBHOOKS_INSIDE="true")
    add_kinds()
    return office


@pytest.fixture
def flask(inside):
    run = inside.app.test_cli_runner()
    return lambda *words: run.invoke(args=("webhooks", *words))


@pytest.fixture
def hook(flask, receiver):
    done = flask("add", receiver.url, "--agency", "keur-exemple")
    receiver.secret = done.output.split()[0]
    return receiver


@pytest.fixture
def registry(inside):
    return Program(inside.app, token())


def put(registry, number: int = 1, **said: object) -> None:
    assert registry.put(f"/cases/{reference(number)}", {**ACT, **said}).status_code in (200, 201)


def calls() -> list[WebhookCall]:
    with reading() as db:
        return list(db.exec(select(WebhookCall).order_by(WebhookCall.id)))


def told(receiver) -> list[tuple[str, str]]:
    return [(one["data"]["reference"], one["data"]["status"]) for one in receiver.taken]


# -- what is told ---------------------------------------------------------------------------------


def test_each_event_is_told_by_a_job_and_signed(inside, registry, hook):
    put(registry, phone="+221770000061", name="Awa Exemple", birth_year=1990)
    put(registry, status="ready")
    inside.work()
    [first, second] = hook.taken
    assert first["type"] == "case.received"
    assert second == {
        "type": "case.moved",
        "timestamp": "2026-11-23T09:00:00Z",
        "data": {
            "event": second["data"]["event"],
            "reference": reference(1),
            "version": 2,
            "kind": "moved",
            "status": "ready",
            "at": "2026-11-23T09:00:00Z",
        },
    }
    for call in hook.calls:
        assert call.header("content-type") == "application/json"
        assert call.header("webhook-timestamp") == str(int(MORNING.timestamp()))
        for secret in (b"770000061", b"Awa", b"1990"):
            assert secret not in call.body
    assert [one.state for one in calls()] == ["delivered", "delivered"]


def test_what_a_file_brings_is_told_as_well_and_once(inside, registry, hook, tmp_path):
    file = tmp_path / "dossiers.csv"
    line = "source_key,type,office,status,since\n{key},acte,mairie,{status},2026-11-2{day}\n"
    bring = inside.app.test_cli_runner()
    for key, status, day in (("r-1", "received", 0), ("r-1", "ready", 1), ("r-1", "ready", 1)):
        file.write_text(line.format(key=key, status=status, day=day))
        done = bring.invoke(args=["cases", "import", str(file), "--agency", "keur-exemple"])
        assert done.exit_code == 0, done.output
    inside.work()
    assert [one["data"]["status"] for one in hook.taken] == ["received", "ready"]


def test_what_says_the_same_is_told_to_nobody(inside, registry, hook):
    put(registry)
    put(registry)
    inside.work()
    assert len(hook.calls) == 1


def test_what_was_undone_is_told_to_nobody(inside, registry, hook):
    rows = [{**ACT, "source_key": "N-1"}, {**ACT, "source_key": "N-2", "type": "nothing"}]
    answer = registry.post("/cases/bulk", {"rows": rows, "all_or_nothing": True})
    assert answer.status_code == 422
    inside.work()
    assert hook.calls == []


def test_another_agency_s_dossiers_are_not_told(inside, registry, flask, hook):
    another_agency()
    put(registry, office="poste")
    put(registry, 2)
    inside.work()
    assert told(hook) == [(reference(2), "received")]


def test_a_signature_is_of_secret_id_time_and_body():
    """The example that the specification's own libraries are tested with."""
    secret, name, stamp = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
    )
    assert signing.signature(secret, name, stamp, b'{"test": 2432232314}') == (
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


# -- when it does not hear ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "answered", "problem"),
    [
        (500, 500, ""),
        (404, 404, ""),
        (429, 429, ""),
        ("redirect", 302, ""),
        ("hang up", None, "line broken"),
        ("stall", None, "no answer in time"),
    ],
)
def test_whatever_goes_wrong_it_is_told_again(
    inside, registry, hook, clock, monkeypatch, fault, answered, problem
):
    monkeypatch.setattr(outside, "READ_SECONDS", 0.2)
    hook.faults.append(fault)
    put(registry)
    inside.work()
    [call] = calls()
    assert (call.state, call.answered, call.problem) == ("waiting", answered, problem)
    assert hook.taken == []
    clock(seconds=6)
    delivering.deliver_due()
    assert told(hook) == [(reference(1), "received")]
    assert len({one.header("webhook-id") for one in hook.calls}) == 1  # by which it knows it
    assert all(one.path == "/hooks?from=guichet" for one in hook.calls)


def test_one_that_nobody_listens_at_is_tried_for_a_day_and_then_given_up(
    inside, registry, hook, clock
):
    hook.faults.extend([503] * 20)
    put(registry)
    passed = timedelta()
    inside.work()
    for delay in delivering.DELAYS:
        passed += delay
        clock(seconds=passed.total_seconds() - 1)
        assert delivering.deliver_due() == 0
        clock(seconds=passed.total_seconds())
        assert delivering.deliver_due() == 1
    assert timedelta(hours=23) < passed < timedelta(hours=24)
    [call] = calls()
    assert (call.state, call.attempts) == ("given_up", len(delivering.DELAYS) + 1)
    clock(days=3)
    assert delivering.deliver_due() == 0


def test_a_receiver_that_is_gone_is_told_nothing_more(inside, registry, hook, flask):
    hook.faults.append(410)
    put(registry)
    put(registry, 2)
    inside.work()
    put(registry, 3)
    inside.work()
    assert len(calls()) == 2  # of what comes later there is nothing to be told
    assert {one.state for one in calls()} <= {"given_up", "delivered"}
    with reading() as db:
        assert not db.exec(select(Webhook)).one().active
        assert db.exec(select(AuditEntry).where(AuditEntry.did == "webhook.off")).one()
    assert " off " in flask("list").output
    flask("on", "1")
    put(registry, 4)
    inside.work()
    assert told(hook)[-1] == (reference(4), "received")


def test_a_dossier_s_events_wait_for_each_other_and_others_don_t(inside, registry, hook, clock):
    hook.faults.append(404)
    put(registry)
    inside.work()
    put(registry, status="in_progress")
    put(registry, status="ready")
    put(registry, 2)
    inside.work()
    assert told(hook) == [(reference(2), "received")]
    clock(seconds=6)
    inside.work()
    delivering.deliver_due()
    inside.work()
    assert told(hook)[1:] == [
        *((reference(1), "received"), (reference(1), "in_progress"), (reference(1), "ready")),
    ]


def test_one_that_is_away_is_not_asked_for_each_of_a_thousand(inside, registry, hook, clock):
    hook.faults.extend(["hang up"] * delivering.AT_ONCE)
    rows = [{**ACT, "source_key": f"N-{number}"} for number in range(delivering.AT_ONCE + 5)]
    assert registry.post("/cases/bulk", {"rows": rows}).json["created"] == len(rows)
    inside.work()
    assert (len(hook.calls), hook.taken) == (delivering.AT_ONCE, [])
    clock(seconds=4)
    assert delivering.deliver_due() == 0  # the others wait for a minute
    clock(seconds=61)
    inside.work()
    while delivering.deliver_due():
        pass
    assert len(hook.taken) == len(rows)


def test_while_redis_is_away_the_clock_s_job_tells_it(inside, registry, hook, monkeypatch):
    def away(_):
        raise redis.ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "wake", away)
        put(registry)
    assert hook.calls == []
    delivering.deliver_due()
    assert told(hook) == [(reference(1), "received")]


def test_a_worker_that_dies_leaves_it_to_the_next(inside, registry, hook, clock):
    put(registry)
    work.connection().flushall()
    assert len(delivering._claim(moment.now())) == 1  # and then no more is heard of it
    assert delivering.deliver_due() == 0
    clock(seconds=61)
    assert delivering.deliver_due() == 1
    assert told(hook) == [(reference(1), "received")]


def test_what_was_told_a_month_ago_is_forgotten(inside, registry, hook, clock):
    put(registry)
    inside.work()
    clock(days=29)
    delivering.forget()
    assert len(calls()) == 1
    clock(days=31)
    delivering.forget()
    assert calls() == []


# -- commands -------------------------------------------------------------------------------------


def test_a_secret_is_shown_once_and_kept_sealed(inside, flask, receiver):
    secret = flask("add", receiver.url, "--agency", "keur-exemple").output.split()[0]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    listed = flask("list").output
    assert (secret in listed, receiver.url in listed) == (False, True)
    with reading() as db:
        kept = db.connection().exec_driver_sql("SELECT secret FROM webhook").scalar_one()
    assert secret not in kept


def test_a_receiver_can_be_tried(flask, hook):
    assert "HTTP 204, taken" in flask("test", "1").output
    assert hook.taken[0]["type"] == "test"
    hook.faults.append(500)
    done = flask("test", "1")
    assert (done.exit_code, "HTTP 500" in done.output) == (1, True)


def test_one_that_is_removed_is_told_nothing(inside, registry, hook, flask):
    put(registry)
    assert flask("remove", "1").exit_code == 0
    inside.work()
    assert (hook.calls, calls()) == ([], [])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "ftp://registre.example/"), "https://"),
        (("add", "https://user@registre.example/"), "no user name"),
        (("add", "https://nowhere.invalid/", "--agency", "keur-exemple"), "no such host"),
        (("add", "http://127.0.0.1/", "--agency", "nowhere"), "no agency"),
        (("add", f"http://127.0.0.1/{'x' * 300}"), "300"),
        (("remove", "9"), "no webhook 9"),
        (("test", "9"), "no webhook 9"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(flask, words, why):
    done = flask(*words)
    assert (done.exit_code, why in done.output) == (1, True)
