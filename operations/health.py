"""`/healthz` (the process lives), `/readyz` (what it needs answers), `/metrics` (Prometheus)."""

import logging
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlmodel import select

import moment
from background import work
from database import migrate, reading
from sms import delivery, spending
from sms.states import STATES
from telemetry.metrics import Collector, GaugeMetricFamily, exposition
from ussd.sessions import Sessions

log = logging.getLogger(__name__)


def blueprint(sessions: Sessions) -> Blueprint:
    routes = Blueprint("operations", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        found = {name: _tried(name, check) for name, check in _checks(sessions).items()}
        ready = all(found.values())
        return jsonify(status="ok" if ready else "not ready", **found), 200 if ready else 503

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(_Levels()), content_type=CONTENT_TYPE_LATEST)

    return routes


def _checks(sessions: Sessions) -> dict[str, Callable[[], object]]:
    return {
        "database": _database,
        "migrations": migrate.is_current,
        "sessions": sessions.ping,
        "jobs": lambda: work.connection().ping(),
    }


def _database() -> bool:
    with reading() as db:
        return db.exec(select(1)).one() == 1


def _tried(name: str, check: Callable[[], object]) -> bool:
    try:
        return bool(check())
    except Exception as problem:
        log.warning("not ready: %s: %s", name, problem)
        return False


class _Levels(Collector):
    """What is read when asked for, not counted as it happens. A store that is away is left out:
    the other figures are needed most just then."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for level in (_sms, _overdue, _spent, _queue):
            try:
                yield level()
            except Exception as problem:
                log.warning("metrics: %s", problem)


def _sms() -> GaugeMetricFamily:
    found = delivery.states()
    family = GaugeMetricFamily("guichet_sms", "SMS by state", labels=["state"])
    for state in STATES:
        family.add_metric([state], found.get(state, 0))
    return family


def _overdue() -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "guichet_sms_oldest_due_seconds", "Age of the oldest SMS that is due and has not left"
    )
    family.add_metric([], delivery.overdue(moment.now()))
    return family


def _spent() -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "guichet_sms_cost_today", "What this day's SMS cost", labels=["gateway", "currency"]
    )
    with reading() as db:
        for spent in spending.of_day(db, moment.now()):
            family.add_metric([spent.gateway, spent.currency], spent.millionths / 1_000_000)
    return family


def _queue() -> GaugeMetricFamily:
    family = GaugeMetricFamily("guichet_jobs_waiting", "Jobs that wait for a worker")
    family.add_metric([], work.queue().count)
    return family
