"""History replayed: what would have been announced, and how true it would have been."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from click.testing import CliRunner

from queues.commands import commands
from queues.fitting import Visit
from queues.proof.backtest import replay, score
from queues.proof.backtest_file import BadFile, read
from queues.proof.scoring import HourMeans, Judged, last_entered
from queues.proof.trials import FIRST, visits_of
from queues.simulation import MAIRIE, day
from queues.waiting import Kind, Wait
from tests.queues.call_centre import month

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def served(joined, waits, takes=4.0, counter=1, on=0, service=1):
    at = MONDAY + timedelta(days=on, minutes=joined)
    called = at + timedelta(minutes=waits)
    return Visit(service, at, called, called + timedelta(minutes=takes), counter)


def judged(visits, **options):
    return [one.judged for one in replay(visits, **options) if one.judged]


@cache
def calls():
    return month(seed=4, days=5)


def weeks(count):
    return [one for number in range(count) for one in visits_of(day(MAIRIE, 0.9, number), number)]


# One counter, a visit every ten minutes, each of four: a day that could not be plainer.
PLAIN = [served(ten * 10, 0.0) for ten in range(40)]


def test_the_first_day_is_only_learned_from():
    assert judged(PLAIN) == []


def test_on_the_next_day_who_finds_the_counter_free_is_told_so():
    found = replay([*PLAIN, served(0, 0.0, on=1), served(10, 0.0, on=1)])[-1]
    assert found.wait.at_once
    assert found.judged.waited == 0


def test_on_the_next_day_who_finds_it_busy_is_told_the_rest_and_those_ahead():
    second = [served(0, 0.0, on=1), served(0.5, 3.5, on=1), served(1, 7.0, on=1)]
    found = replay([*PLAIN, *second])[-1]
    assert found.wait.ahead == 1
    assert found.wait.raw == pytest.approx(7.0, abs=2.0)


def test_who_hung_up_is_ahead_no_more_and_is_not_judged():
    left = MONDAY + timedelta(days=1, minutes=2)
    gone = Visit(1, MONDAY + timedelta(days=1, minutes=1), left=left)
    found = replay([*PLAIN, served(0, 0.0, on=1), gone, served(3, 1.0, on=1)])
    assert found[-2].judged is None
    assert found[-1].wait.ahead == 0


def test_a_call_without_an_end_blocks_no_counter_for_ever():
    open_end = replace(served(0, 0.0, on=1), freed=None)
    assert replay([*PLAIN, open_end, served(10, 0.0, on=1)])[-1].wait.at_once


def test_one_of_whom_nothing_more_is_known_stands_in_nobody_s_way():
    lost = Visit(1, MONDAY + timedelta(days=1, minutes=1))
    assert replay([*PLAIN, served(0, 0, on=1), lost, served(9, 0, on=1)])[-1].wait.ahead == 0


def test_nothing_said_depends_on_what_came_later():
    """The same history, cut off: up to there, the same is said."""
    cut = calls()[0].joined + timedelta(days=3, hours=4)
    never = cut + timedelta(days=9)

    def as_known(visit):
        if visit.called is not None and visit.called <= cut:
            freed = visit.freed if visit.freed <= cut else never
            return replace(visit, freed=freed)
        gone = visit.left if visit.left is not None and visit.left <= cut else never
        return replace(visit, called=None, freed=None, counter=None, left=gone)

    known = [as_known(visit) for visit in calls() if visit.joined <= cut]
    whole = [one.wait for one in replay(calls())][: len(known)]
    assert [one.wait for one in replay(known)] == whole
    assert sum(wait.kind is Kind.RANGE for wait in whole) > 1000


@pytest.mark.parametrize(
    "options", [{}, {"load": 0.75}, {"agents": 5}, {"priority": 0.5}, {"pauses": 0.15}], ids=str
)
def test_at_a_nasty_call_centre_it_is_nearer_than_the_simple_rules(options):
    found = score(judged(month(seed=1, days=6, **options)))
    assert found.wape <= 0.65
    assert found.wape < found.last_entered_wape
    assert found.wape < found.hour_mean_wape
    assert abs(found.bias) < 0.7


def test_without_priorities_types_or_names_of_agents_it_still_is():
    bare = [replace(one, service=0, counter=None, head_start=0.0) for one in calls()]
    found = score(judged(bare))
    assert found.wape <= 0.7
    assert found.wape < found.hour_mean_wape


def test_an_office_is_told_from_its_calls_and_better_by_its_roster():
    def stretches(on):
        opens = datetime.combine(FIRST + timedelta(days=on), datetime.min.time())
        return {
            desk.id: tuple(
                (opens + timedelta(hours=8, minutes=a), opens + timedelta(hours=8, minutes=b))
                for a, b in desk.stretches
            )
            for desk in MAIRIE.desks
        }

    visits = weeks(8)
    roster = {FIRST + timedelta(days=on): stretches(on) for on in range(8)}
    without, with_it = score(judged(visits)), score(judged(visits, roster=roster))
    assert with_it.wape < without.wape < without.hour_mean_wape
    assert with_it.wape < 0.25


def test_a_score_by_hand():
    """Waits of 10 and 30; 12 and 20 were said."""

    def one(waited, expected, low, high, raw=5.0):
        wait = Wait(3, low, high, expected, Kind.RANGE, raw)
        return Judged(waited, wait, hour_mean=20.0, last_entered=10.0)

    found = score([one(10.0, 12.0, 5, 15), one(30.0, 20.0, 15, 25), one(0.0, 0.0, 0, 5, raw=0)])
    assert found.wape == pytest.approx(12 / 40)
    assert found.bias == pytest.approx(-8 / 3)
    assert found.covered == 0.5
    assert found.all_covered == pytest.approx(2 / 3)
    assert found.hour_mean_wape == pytest.approx(40 / 40)
    assert found.last_entered_wape == pytest.approx(30 / 40)


def test_nothing_to_judge_is_an_error():
    with pytest.raises(ValueError, match="nobody"):
        score([])


def test_the_simple_rules_by_hand():
    visits = [served(0, 6.0), served(1, 9.0), served(7, 8.0), served(61, 2.0)]
    assert last_entered(visits) == {0: 0.0, 1: 0.0, 2: 6.0, 3: 8.0}
    means = HourMeans(visits)
    assert (means.at(9), means.at(10), means.at(11)) == (23 / 3, 2.0, 25 / 4)


HEAD = "service,joined,called,ended,counter,left"
GOOD = "PS,1999-01-04T09:00:00,1999-01-04T09:01:10,1999-01-04T09:04:00,AVI,"
GONE = "PS,1999-01-04T09:02:00,,,,1999-01-04T09:03:00"


def test_a_file_is_read():
    first, second = read([HEAD, GOOD, GONE])
    assert (first.waited, first.counter) == (pytest.approx(7 / 6), 1)
    assert (second.called, second.left) == (None, datetime(1999, 1, 4, 9, 3))  # noqa: DTZ001


def test_a_spreadsheet_s_semicolons_and_mark_are_read():
    lines = ["\ufeff" + HEAD.replace(",", ";") + "\r\n", GOOD.replace(",", ";") + "\r\n"]
    assert len(read(lines)) == 1


def test_columns_may_come_in_any_order_with_more_of_them():
    lines = ["left,counter,x,ended,called,joined,service,head_start", ",1,,,1999-01-04T09:01,"]
    lines[1] += "1999-01-04T09:00,PS,1.5"
    assert read(lines)[0].head_start == 1.5


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "line 1: no column service"),
        (["service,joined", "1,2"], "line 1: no column called, ended, counter, left"),
        ([HEAD], "line 2: there are no visits"),
        ([HEAD, GOOD, GOOD.replace("09:01:10", "9h01")], "line 3: called is '1999-01-04T9h01'"),
        ([HEAD, GOOD.replace("PS", "")], "line 2: no service"),
        ([HEAD, GOOD.replace("1999-01-04T09:00:00", "")], "line 2: no joined"),
        ([HEAD, "PS,1999-01-04T09:02:00,,,,"], "line 2: neither called nor left"),
        ([HEAD, GOOD.replace("09:01:10", "08:59:00")], "line 2: called is before joined"),
        ([HEAD, GOOD.replace("09:04:00", "09:01:00")], "line 2: ended is before called"),
        ([HEAD, GOOD.replace("09:04:00", "09:04:00Z")], "line 2: some times have a zone"),
        ([HEAD, GOOD, GONE.replace(":00,", ":00Z,") + "Z"], "line 3: some times have a zone"),
    ],
)
def test_a_bad_file_says_the_line_and_what_to_do(lines, said):
    with pytest.raises(BadFile) as wrong:
        read(lines)
    assert said in str(wrong.value)
    assert str(wrong.value).endswith(".")


def write(path, visits):
    def moment(at):
        return at.isoformat() if at else ""

    rows = [
        f"{one.service},{moment(one.joined)},{moment(one.called)},{moment(one.freed)},"
        f"{one.counter or ''},{moment(one.left)}"
        for one in visits
    ]
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return str(path)


def test_the_command_prints_the_scores_of_a_file(tmp_path):
    done = CliRunner().invoke(commands, ["backtest", write(tmp_path / "calls.csv", calls())])
    assert done.exit_code == 0, done.output
    assert f"{len(calls())} visits" in done.output
    assert "hour mean" in done.output


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    done = CliRunner().invoke(commands, ["backtest", str(bad)])
    assert done.exit_code == 1
    assert "bad.csv: line 1: no column service" in done.output


def test_the_command_says_when_there_is_too_little_to_judge(tmp_path):
    done = CliRunner().invoke(commands, ["backtest", write(tmp_path / "short.csv", PLAIN[:3])])
    assert done.exit_code == 1
    assert "It takes two days" in done.output
