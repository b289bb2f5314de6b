"""A whole day at the town hall, over HTTP: phones, desks, notices, and the end of it.

`CITIZENS=500 AGENTS=10 pytest tests/demo/test_day.py` plays a large one."""

import os
from datetime import UTC, datetime, timedelta

from sqlmodel import func, select

import moment
from database import reading, writing
from demo import driving
from demo.day import Agent, Day, arrivals, hall
from queues import calling, checking, closing, notices, refitting
from queues.models import Ticket
from queues.moves import DONE, FINAL
from queues.simulation import attendance
from staff.passwords import hashed
from tests.console.conversations import sign_in

CITIZENS, AGENTS = int(os.environ.get("CITIZENS", "25")), int(os.environ.get("AGENTS", "2"))
OPENING = datetime(2026, 11, 23, 8, tzinfo=UTC)
PASSWORD = "a long word for the day"


class Browser:
    def __init__(self, office, name: str) -> None:
        self.client = office.app.test_client()
        sign_in(self.client, name, PASSWORD)

    def get(self, path: str) -> str:
        return self.client.get(path, headers={"Accept-Language": "fr"}).text

    def post(self, path: str, fields: dict[str, str]) -> str:
        return self.client.post(path, data=fields, follow_redirects=True).text


class Time:
    """Goes on as the day does; every minute, what the clock process would have done is done."""

    def __init__(self, monkeypatch) -> None:
        self.minute, self.looked = 0.0, 0.0
        monkeypatch.setattr(moment, "now", lambda: OPENING + timedelta(minutes=self.minute))

    def reach(self, minute: float) -> None:
        self.minute = max(self.minute, minute)
        if self.minute - self.looked >= 1:
            self.looked = self.minute
            notices.look_ahead()


def test_every_ticket_of_a_day_comes_to_its_end_and_everyone_is_told(open_office, monkeypatch):
    office = open_office(RATE_PER_NUMBER="0")
    time = Time(monkeypatch)
    with writing() as db:
        names, counters = driving.prepare(db, AGENTS, hashed(PASSWORD))
    browsers = [Browser(office, name) for name in names]
    plan = hall(AGENTS)
    there = attendance(plan, 7)
    seated = [
        Agent(number, browsers[number - 1], there[number], counters[number - 1])
        for number in range(1, AGENTS + 1)
    ]

    def dial(phone: str, session: str, text: str) -> str:
        fields = {"sessionId": session, "phoneNumber": phone, "text": text}
        return office.post({**fields, "serviceCode": "*384*50#"}).text

    coming = arrivals(plan, CITIZENS, 7)
    played = Day(dial, seated, browsers[-1], time).play(coming)
    assert played.problems == []

    with writing() as db:
        for staff in db.exec(select(driving.Staff).where(driving.Staff.name.in_(names))):
            calling.close_counter(db, staff.id)
    time.reach(25 * 60)
    closing.close_day()
    refitting.refit_due()
    with reading() as db:
        assert list(checking.problems(db, over=True)) == []
        states = dict(db.exec(select(Ticket.state, func.count()).group_by(Ticket.state)).all())
    assert set(states) <= set(FINAL)
    assert states[DONE] == played.outcomes["served"] > CITIZENS / 2
    assert sum(states.values()) == len(coming) - played.outcomes["refused"]
