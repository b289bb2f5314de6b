"""Two systems write about one dossier at the same moment: both are heard, in an order."""

import threading

import pytest

from tests.api.programs import Program, add_kinds, reference, token

ACT = {"type": "acte", "office": "mairie", "source_key": "N-1"}
ONE = f"/cases/{reference(1)}"


@pytest.fixture
def systems(office):
    add_kinds()
    return [Program(office.app, token(name=name)) for name in ("registre", "guichet-unique")]


def at_once(*calls):
    """All of them begin together; their answers."""
    together = threading.Barrier(len(calls))
    answers = [None] * len(calls)

    def run(number, call):
        together.wait()
        answers[number] = call()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_both_events_are_kept_in_the_order_of_their_versions(systems):
    one, other = systems
    one.put(ONE, ACT)
    for turn in range(5):
        told = {"kind": "note", "transaction_id": f"t-{turn}"}  # each their own: names may be alike
        answers = at_once(
            lambda told=told: one.post(f"{ONE}/events", told),
            lambda told=told: other.post(f"{ONE}/events", told),
        )
        assert [answer.status_code for answer in answers] == [201, 201]
    events = one.get(f"{ONE}/events").json["events"]
    assert [event["version"] for event in events] == list(range(1, 12))
    ours = [event["transaction_id"] for event in events if event["transaction_id"]]
    assert sorted(ours) == [f"t-{turn}" for turn in range(5)]


def test_of_two_who_want_the_same_version_one_is_told_that_it_moved_on(systems):
    one, other = systems
    one.put(ONE, ACT)
    told = {"kind": "note", "transaction_id": "t", "version": 1}
    answers = at_once(
        lambda: one.post(f"{ONE}/events", told), lambda: other.post(f"{ONE}/events", told)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert one.get(ONE).json["version"] == 2


def test_the_same_event_sent_twice_at_once_happens_once(systems):
    one, _ = systems
    one.put(ONE, ACT)
    told = {"kind": "ready", "transaction_id": "t"}
    answers = at_once(*[lambda: one.post(f"{ONE}/events", told)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert one.get(ONE).json["version"] == 2


@pytest.mark.parametrize("turn", range(5))
def test_a_dossier_that_both_begin_at_once_is_one(systems, turn):
    one, other = systems
    body = {**ACT, "phone": "+221770000160"}
    answers = at_once(lambda: one.put(ONE, body), lambda: other.post("/cases", body))
    codes = sorted(answer.status_code for answer in answers)
    # Where the reference that was drawn came first, the other one is told so: the key has it.
    assert codes in ([200, 201], [201, 409])
    references = {answer.json["reference"] for answer in answers if answer.status_code != 409}
    assert len(references) == 1


def test_rows_that_both_send_at_once_are_made_once(systems):
    one, other = systems
    rows = {"rows": [{**ACT, "source_key": f"N-{number}"} for number in range(20)]}
    answers = at_once(
        lambda: one.post("/cases/bulk", rows), lambda: other.post("/cases/bulk", rows)
    )
    assert sorted(answer.json["created"] for answer in answers) == [0, 20]
    assert all(answer.json["wrong"] == 0 for answer in answers)
