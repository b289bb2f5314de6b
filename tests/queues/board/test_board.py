"""A hall looks at its board: without a script, in its languages, and with nothing of a person."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

import moment
from database import engine, reading, writing
from locales import catalogues
from queues import calling, overview, places, tickets
from queues.board import state
from queues.models import CounterService, Office, Pace, Service, SpecialDay
from queues.waiting import Model
from tests.queues.day import MORNING, at, call, counters, doing, sit, take

AWA, MOUSSA, FATOU = "+221770000061", "+221770000062", "+221770000063"


@pytest.fixture
def clock(monkeypatch):
    """What time it is for the pages, in minutes after nine."""

    def set_to(minutes: float) -> None:
        monkeypatch.setattr(moment, "now", lambda: at(minutes))

    set_to(0)
    return set_to


@pytest.fixture
def get(office, clock):
    def ask(path: str = "/board/mairie", **more: object):
        return office.app.test_client().get(path, buffered=True, **more)

    return ask


def board(minutes: float = 0, code: str = "mairie") -> state.Board:
    found = state.board(code, at(minutes))
    assert found is not None
    return found


def called(minutes: float = 0) -> list[tuple[str, int, bool]]:
    return [(one.label, one.counter, one.is_now) for one in board(minutes).calls]


def hall(count: int = 2, people: tuple[str, ...] = (AWA, MOUSSA, FATOU)) -> list[int]:
    made = counters(count)
    for number, counter in enumerate(made, start=1):
        sit(counter, number)
    for number, phone in enumerate(people):
        take(phone, number / 10)
    return made


def set_languages(languages: str) -> None:
    with writing() as db:
        db.exec(select(Office).where(Office.code == "mairie")).one().languages = languages


# -- what it shows --------------------------------------------------------------------------------


def test_before_the_first_call_nobody_is_shown(office):
    hall()
    shown = board(1)
    assert shown.calls == ()
    assert shown.open_counters == (1, 2)
    assert shown.queues[0].waiting == 3


def test_who_is_called_now_comes_first(office):
    one, two = hall()
    call(one, 1)
    call(two, 2)
    assert called(3) == [("A002", 2, True), ("A001", 1, True)]


def test_who_came_to_the_counter_goes_below_those_who_are_called(office):
    one, two = hall()
    call(one, 1)
    call(two, 2)
    doing(calling.start, two, minutes=3)
    assert called(4) == [("A001", 1, True), ("A002", 2, False)]


def test_a_recall_comes_before_a_later_call_and_rings_again(office):
    one, two = hall()
    call(one, 1)
    call(two, 2)
    before = {one.label: one.key for one in board(3).calls}
    doing(calling.recall, one, minutes=4)
    first, second = board(5).calls
    assert (first.label, first.recalls, first.at) == ("A001", 1, at(4))
    assert first.key != before["A001"]
    assert second.key == before["A002"]


def test_a_recall_taken_back_does_not_ring(office):
    [one] = hall(1)
    call(one, 1)
    key = board(2).calls[0].key
    doing(calling.recall, one, minutes=3)
    with writing() as db:
        calling.undo(db, calling.at_counter(db, one).id, "staff:1", at(4))
    assert board(5).calls[0].key == key


def test_the_last_four_calls_are_shown(office):
    [one] = hall(1, tuple(f"+2217711100{number:02d}" for number in range(6)))
    for number in range(6):
        call(one, 1 + number)
        if number < 5:
            doing(calling.done, one, minutes=1.5 + number)
    assert [label for label, *_ in called(8)] == ["A006", "A005", "A004", "A003"]


def test_who_did_not_come_stays_among_the_last(office):
    [one] = hall(1)
    call(one, 1)
    doing(calling.no_show, one, minutes=3)
    assert called(4) == [("A001", 1, False)]


def test_a_call_taken_back_is_gone(office):
    [one] = hall(1)
    call(one, 1)
    with writing() as db:
        calling.undo(db, calling.at_counter(db, one).id, "staff:1", at(2))
    assert called(3) == []


def test_each_hall_has_its_own_calls(office):
    [one] = hall(1)
    call(one, 1)
    assert board(2, "prefecture").calls == ()


def test_yesterdays_calls_are_not_shown(office):
    [one] = hall(1)
    call(one, 1)
    doing(calling.done, one, minutes=5)
    assert called(24 * 60) == []


def test_a_newcomer_is_told_a_range_where_enough_were_served(office):
    hall()
    services = [one.id for one in places_services()]
    model = Model(minutes=dict.fromkeys(services, 8.0), served=dict.fromkeys(services, 100))
    with writing() as db:
        found = db.exec(select(Office).where(Office.code == "mairie")).one()
        pace = db.get(Pace, found.id) or Pace(office_id=found.id, model="", fitted_at=MORNING)
        pace.model = places.model_written(model)
        db.add(pace)
    first = board(1).queues[0]
    assert first.low is not None
    assert first.high > first.low


def places_services() -> list[Service]:
    with reading() as db:
        return list(db.exec(select(Service).join(Office).where(Office.code == "mairie")))


def test_a_service_without_tickets_left_says_so(office):
    hall()
    with writing() as db:
        service = places_services()[0]
        db.get(Service, service.id).quota = 3
    assert board(1).queues[0].refused
    assert not board(1).queues[1].refused


def test_a_service_that_no_counter_serves_says_so(office):
    [births] = counters(1, "A")
    sit(births, 1)
    with writing() as db:
        for link in db.exec(select(CounterService)):
            if link.counter_id != births:
                db.delete(link)
    assert [one.is_served for one in board(1).queues] == [True, False, False, False]


def test_times_are_the_office_s_own(office):
    with writing() as db:
        db.exec(select(Office).where(Office.code == "mairie")).one().zone = "Africa/Lagos"
    [one] = hall(1)
    call(one, 1)
    assert f"{board(2).calls[0].at:%H:%M}" == "10:01"


# -- the page -------------------------------------------------------------------------------------


def test_the_page_says_all_without_a_script(get, clock):
    one, two = hall()
    call(one, 1)
    call(two, 2)
    clock(3)
    page = get().text
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert re.search(r'label">A002<.*?Guichet 2<.*?label">A001<.*?Guichet 1<', page, re.DOTALL)
    assert "9 h 03" in page.replace("\u00a0", " ")
    assert "Guichets ouverts : 1, 2" in page


def test_a_recall_is_said_in_words(get, clock):
    [one] = hall(1)
    call(one, 1)
    clock(2)
    assert "Rappel" not in get().text
    doing(calling.recall, one, minutes=3)
    clock(4)
    assert "Rappel" in get().text


def test_the_script_is_given_what_to_say(get, clock):
    [one] = hall(1)
    call(one, 1)
    clock(2)
    assert '<li lang="fr">Ticket A 1, guichet 1</li>' in get().text


def test_a_closed_office_says_when_it_opens(get, clock):
    clock(13 * 60)  # 22:00 on Monday
    page = get("/board/prefecture").text.replace("\u00a0", " ")
    assert "Fermé" in page
    assert "Ouvre : mardi 24 novembre, 8 h 00" in page


def test_a_special_day_says_why(get, clock):
    with writing() as db:
        mairie = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.add(SpecialDay(office_id=mairie.id, day=date(2026, 11, 23), reason="Jour de deuil"))
    assert "Jour de deuil" in get().text


def test_who_is_at_a_counter_after_closing_is_still_shown(get, clock):
    [one] = hall(1)
    call(one, 1)
    with writing() as db:
        mairie = db.exec(select(Office).where(Office.code == "mairie")).one()
        db.add(SpecialDay(office_id=mairie.id, day=date(2026, 11, 23), reason="Jour de deuil"))
    clock(2)
    assert "A001" in get().text
    doing(calling.done, one, minutes=3)
    clock(4)
    assert "Fermé" in get().text


def test_languages_stand_side_by_side_and_each_says_which_it_is(get, clock):
    set_languages("wo, fr")
    page = get().text
    assert '<html lang="wo">' in page
    assert '<span lang="wo">Meeri</span> <span class="also" lang="fr">Mairie</span>' in page


def test_words_without_a_translation_stay_french_and_stand_there_once(get, clock, monkeypatch):
    monkeypatch.setattr(catalogues, "catalogue", lambda language: {})
    set_languages("wo,fr")
    page = get().text
    assert page.count("Aucun appel pour le moment") == 1
    assert '<span lang="fr">Aucun appel pour le moment</span>' in page


def test_nothing_of_a_person_is_in_the_page(get, clock):
    one, _two = hall()
    call(one, 1)
    clock(2)
    for path in ("/board/mairie", "/board/mairie/now"):
        digits = re.sub(r"\D", "", get(path).text)
        for phone in (AWA, MOUSSA, FATOU):
            assert phone[4:] not in digits
        assert "staff" not in get(path).text


def test_the_whole_board_is_small(get, clock):
    set_languages("fr,wo,ff")
    one, two = hall(2, tuple(f"+2217711100{number:02d}" for number in range(20)))
    call(one, 1)
    call(two, 1)
    clock(2)
    page = get().text
    parts = [page, *(get(path).text for path in re.findall(r'"(/board/static/[^"]+)"', page))]
    assert len(parts) == 3
    assert sum(len(part.encode()) for part in parts) < 40_000


# -- over the wire --------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(get, clock):
    [one] = hall(1)
    clock(0.5)
    first = get("/board/mairie/now")
    same = get("/board/mairie/now", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    call(one, 0.6)
    clock(0.7)
    changed = get("/board/mairie/now", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "A001" in changed.text


def test_the_changing_part_is_the_page_s_own(get, clock):
    assert get("/board/mairie/now").text.strip() in get("/board/mairie").text


@pytest.mark.parametrize("path", ["/board/", "/board/mairie", "/board/mairie/now", "/board/none"])
def test_every_page_is_sealed_but_may_be_framed(get, path):
    headers = get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_no_page_carries_a_script_or_a_style_of_its_own(get, clock):
    for path in ("/board/", "/board/mairie"):
        page = get(path).text
        assert not re.search(r"<style|style=|<script(?! src)|\son[a-z]+=|https?://", page)


def test_stylesheet_and_script_are_kept_by_version(get):
    [style] = re.findall(r'"(/board/static/board.css[^"]+)"', get().text)
    assert "immutable" in get(style).headers["Cache-Control"]
    assert "immutable" not in get("/board/static/board.css").headers["Cache-Control"]


def test_an_unknown_office_lists_those_that_are_there(get):
    answer = get("/board/nowhere")
    assert answer.status_code == 404
    assert "pas de tableau à cette adresse" in answer.text.replace("&#39;", "'")
    assert 'href="/board/mairie"' in answer.text


def test_the_list_names_every_office(get):
    page = get("/board/").text
    for code in ("mairie", "prefecture", "tribunal", "fiscal"):
        assert f'href="/board/{code}"' in page


def test_capitals_in_the_address_do_no_harm(get):
    assert get("/board/MAIRIE").status_code == 200


def test_one_look_takes_few_questions(get, clock):
    """Beside the overview, which all share: the calls."""
    hall()
    seen = overview.overview(at(1))
    asked: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for module in (state, tickets):
            patch.setattr(module, "overview", lambda now: seen)
        event.listen(engine(), "before_cursor_execute", lambda *a: asked.append(a[2]))
        state.board("mairie", at(1) + timedelta(seconds=1))
    assert len([one for one in asked if one.startswith("SELECT")]) == 1
