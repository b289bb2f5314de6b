"""The live board: its figures are the database's, each leads to what it is made of; and where
people leave, drawn on the tree."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from sqlmodel import func, select, update

import moment
from console.live import funnel
from database import reading, writing
from menus import versions
from queues import calling
from queues.models import Office, Ticket
from sms import breakers, routes
from sms.models import Message
from tests.console.conversations import FRENCH, sign_in
from tests.queues.day import at, call, counters, doing, sit, take
from tests.sms.conversations import post
from ussd import funnels, pulse
from ussd.funnels import Place
from ussd.models import FunnelCount

BOARD, NOW = "/console/live", "/console/live/now"


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(moment, "now", lambda: at(30))


def signed_in(office, name: str):
    client = office.app.test_client()
    sign_in(client, name)
    return client


@pytest.fixture
def manager(office):
    return signed_in(office, "fatou")


def shown(client, url: str) -> str:
    answer = client.get(url, headers=FRENCH)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def figures(page: str) -> dict[str, int]:
    """Each figure of a tile or a table, by where it leads."""
    found = re.findall(r'<a href="([^"]+)">(?:<strong>)?([\d ]+)<', page)
    return {url: int(number.strip()) for url, number in found if number.strip()}


def rows(page: str) -> int:
    return page.count("<tr><td")


def test_queues_figures_are_what_they_lead_to(manager, clock):
    one, _two = counters(2)
    sit(one, 1)
    for number in range(4):
        take(f"+2217700000{60 + number}", minutes=number)
    call(one, 5)
    doing(calling.start, one, minutes=6)
    doing(calling.done, one, minutes=9)
    found = figures(shown(manager, NOW))
    offices = {url: number for url, number in found.items() if "/live/office/" in url}
    assert offices
    for url, number in offices.items():
        assert rows(shown(manager, url)) == number, url
    with reading() as db:
        states = dict(db.exec(select(Ticket.state, func.count()).group_by(Ticket.state)).all())
    assert sum(n for url, n in offices.items() if "/waiting" in url) == states["waiting"] == 3
    assert sum(n for url, n in offices.items() if "/served" in url) == states["done"] == 1
    today = figures(shown(manager, "/console/"))
    assert {url: today[url] for url in offices} == offices


def test_another_office_s_figures_are_not_there(manager, office):
    with reading() as db:
        other = db.exec(select(Office.id).where(Office.code == "prefecture")).one()
    assert manager.get(f"{BOARD}/office/{other}/waiting").status_code == 404
    assert manager.get(f"{BOARD}/office/{other}/nonsense").status_code == 404
    assert "Préfecture" not in shown(manager, BOARD)
    assert "Préfecture" in shown(signed_in(office, "admin"), BOARD)
    assert signed_in(office, "awa").get(BOARD).status_code == 403


def test_sms_figures_are_the_database_s(office):
    admin = signed_in(office, "admin")
    for number in range(25):
        post(f"number {number}")
    with writing() as db:
        stand = {0: "queued", 10: "delivered", 20: "failed_permanent", 23: "held"}
        for low, state in stand.items():
            db.exec(update(Message).where(Message.id > low).values(state=state))
        db.exec(
            update(Message)
            .where(Message.id == 25)
            .values(created_at=moment.now() - timedelta(days=2))
        )
    page = shown(admin, NOW)
    found = {url: number for url, number in figures(page).items() if "/messages" in url}
    assert list(found.values()) == [10, 24, 10, 3, 2]
    assert "42 %" in page
    for url, number in found.items():
        said = re.search(r"(\d+) messages?<", shown(admin, url))
        assert said, url
        assert int(said[1]) == number, url


def test_a_breaker_that_is_open_is_told(office):
    admin = signed_in(office, "admin")
    assert "Tous les fournisseurs sont en marche." in shown(admin, NOW)
    [way] = routes.ways("sms", "+221770000050")
    breakers.pause(way)
    assert "ne prend plus de messages : en pause" in re.sub(
        r"\s+", " ", re.sub("<[^>]+>", "", shown(admin, NOW))
    )


def test_dials_a_minute_are_counted_between_two_looks(office, monkeypatch):
    admin = signed_in(office, "admin")
    second = {"now": 1_000_000.0}
    monkeypatch.setattr(pulse, "time", SimpleNamespace(time=lambda: second["now"]))
    assert "dans quelques secondes" in shown(admin, NOW)
    office.speaking()
    office.post({"sessionId": ""})
    second["now"] += 60
    seen = pulse.pulse()
    assert seen is not None
    assert seen.seconds == pytest.approx(60)
    assert seen.dials >= 2
    assert seen.a_minute["bad_request"] == pytest.approx(1)
    assert "appels par minute" in shown(admin, NOW)


def test_looking_on_its_own_keeps_no_session_open(manager):
    page = shown(manager, BOARD)
    assert f'data-live="{NOW}"' in page
    assert not re.search(r"http-equiv", page)


# -- where people leave ----------------------------------------------------------------------------


def count(screen: str, **numbers: int) -> None:
    with writing() as db:
        version = versions.live(db)["keur-exemple"].version
        for what, number in numbers.items():
            name = "left>x" if what == "left" else what
            db.add(
                FunnelCount(
                    day=moment.now().date(),
                    version=version,
                    screen=screen,
                    language="fr",
                    what=name,
                    count=number,
                )
            )


def test_leavings_are_drawn_on_the_tree_and_told_in_a_table(manager):
    count("home", shown=120, left=90, ended=18)
    count("help", shown=19, left=4)
    page = shown(manager, "/console/menus/keur-exemple/funnel?days=30")
    assert "120 passages · 12 partis (10 %)" in page
    assert "19 passages · 15 partis<" in page  # too few for a share
    row = page.partition("<code>home</code></td>")[2].partition("</tr>")[0]
    assert re.findall(r">(\d+(?: %)?)<", row)[:5] == ["120", "90", "18", "12", "10 %"]
    assert manager.get("/console/menus/none/funnel").status_code == 404
    with reading() as db:
        seen = [one.version for one in versions.history(db, "keur-exemple")]
    assert [one.dropped for one in funnels.places(seen, moment.now().date())] == [12, 15]


@pytest.mark.parametrize(("shown", "share"), [(0, None), (19, None), (20, 100), (200, 100)])
def test_few_have_no_share(shown, share):
    assert funnel.share(Place("home", shown=shown)) == share
