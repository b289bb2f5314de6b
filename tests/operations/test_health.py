"""What operators' tools ask."""

import re

from telemetry import metrics


def test_alive(office):
    assert office.app.test_client().get("/healthz").json == {"status": "ok"}


def test_ready_when_all_that_is_needed_answers(office):
    answer = office.app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"


def test_not_ready_without_redis_and_says_what_is_missing(open_office):
    office = open_office(SESSIONS_REDIS_URL="redis://127.0.0.1:1/0")
    answer = office.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["sessions"] is False
    assert answer.json["database"] is True


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([\d.]+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


def test_metrics_count_dials_by_provider_and_outcome(office):
    def read() -> str:
        return office.app.test_client().get("/metrics").text

    shown = 'guichet_dials_total{outcome="shown",provider="africastalking"}'
    bad = 'guichet_dials_total{outcome="bad_request",provider="africastalking"}'
    timed = 'guichet_dial_seconds_count{provider="africastalking"}'
    before = read()
    office.phone().dial()
    office.post({})
    after = read()
    assert value(after, shown) == value(before, shown) + 1
    assert value(after, bad) == value(before, bad) + 1
    assert value(after, timed) == value(before, timed) + 2


def test_metrics_show_sms_by_state_and_the_queue(office):
    office.take_ticket()
    text = office.app.test_client().get("/metrics").text
    assert value(text, 'guichet_sms{state="queued"}') == 1
    assert value(text, "guichet_jobs_waiting") == 1
    office.work()
    text = office.app.test_client().get("/metrics").text
    assert value(text, 'guichet_sms{state="accepted"}') == 1
    assert value(text, "guichet_jobs_waiting") == 0


def test_metrics_are_given_also_when_a_store_is_away(open_office):
    office = open_office(REDIS_URL="redis://127.0.0.1:1/0")
    answer = office.app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert 'guichet_sms{state="queued"}' in answer.text
    assert "guichet_jobs_waiting" not in answer.text


def test_the_metrics_folder_is_emptied_by_the_one_who_starts_all(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "DIRECTORY", tmp_path / "metrics")
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"")
    metrics.forget()
    assert list((tmp_path / "metrics").iterdir()) == []
