"""What the benchmark says, its tree and its yardsticks agree; nothing is timed here."""

import json
from collections import Counter

import pytest

from benchmarks.ussd import contestants, dossiers
from benchmarks.ussd.conversations import FIVE_STEPS, FOLDER, STATUS, TICKET, Conversation
from benchmarks.ussd.tables import Table
from benchmarks.ussd.wrk import Phones, quantile
from benchmarks.ussd.yardsticks import replies
from citizens.directory import find_or_add
from database import writing
from menus import versions
from menus.compiler import examine

TREE = FOLDER / "tree.yaml"
WRITTEN = json.loads((FOLDER / "conversation.json").read_text(encoding="utf-8"))


def said_by(office, conversation: Conversation) -> list[str]:
    fields = {"sessionId": "ATUid_1", "phoneNumber": "+221750000001", "networkCode": "60801"}
    code = conversation.service_code
    return [
        office.post({**fields, "serviceCode": code, "text": step.text}).text
        for step in conversation.steps
    ]


@pytest.fixture
def benchmarked(office):
    """The office with the benchmark's tree live."""
    with writing() as db:
        made = versions.written(TREE.read_text(encoding="utf-8"), file=TREE.name)
        draft = versions.save_draft(db, made, "test", file=TREE.name)
        versions.publish(db, versions.vet(db, draft.tree, "test"), "test", "to be measured")
    office.library.refresh()
    return office


def test_the_tree_has_nothing_to_complain_of():
    made = versions.written(TREE.read_text(encoding="utf-8"), file=TREE.name)
    assert [str(complaint) for complaint in examine(made.subject(TREE.name))] == []


def test_the_product_says_what_the_conversation_and_its_yardsticks_say(benchmarked):
    assert said_by(benchmarked, FIVE_STEPS) == [step["reply"] for step in WRITTEN["steps"]]


def test_a_ticket_is_taken_as_the_benchmark_dials_it(office):
    for step, reply in zip(TICKET.steps, said_by(office, TICKET), strict=True):
        assert reply.startswith(f"{step.start} ")
        assert step.word in reply


def test_a_dossier_s_status_is_read_as_the_benchmark_dials_it(office):
    dossiers.fill(Phones(750_000_001, 1), 3)
    with writing() as db:
        find_or_add(db, "+221750000001").language = "fr"
    for step, reply in zip(STATUS.steps, said_by(office, STATUS), strict=True):
        assert reply.startswith(f"{step.start} "), reply
        assert step.word in reply


@pytest.mark.parametrize("step", FIVE_STEPS.steps, ids=lambda step: step.word)
def test_a_word_tells_its_screen_from_every_other(step):
    assert sum(step.word in reply for reply in replies.REPLIES) == 1


def test_a_yardstick_s_number_is_made_of_what_was_chosen():
    *_, service, office = FIVE_STEPS.steps[-1].text.split("*")
    assert replies.number_is(service, office) == replies.REPLIES[-1]


def test_wrk_is_told_the_whole_conversation():
    assert list(FIVE_STEPS.arguments()) == [
        "code=*384*99%23",
        "step=CON|Bienvenue|",
        "step=CON|voulez-vous|1",
        "step=CON|Quel service|1*1",
        "step=CON|Quel bureau|1*1*2",
        "step=END|B1|1*1*2*1",
    ]


def test_quantiles_are_of_all_that_was_seen():
    seen = [Counter({1.0: 98, 5.0: 1}), Counter({9.0: 1})]
    assert [quantile(seen, percent) for percent in (50, 98, 99, 100)] == [1.0, 1.0, 5.0, 9.0]
    assert quantile([], 50) == 0.0


def test_a_table_lines_up():
    table = Table("Title", ["server", "dials/s"], [["ours", 1234.5], ["theirs", 9.876]], ["A note"])
    shown = str(table).splitlines()
    assert shown[4:6] == ["ours      1,234", "theirs     9.88"]


def test_every_server_has_a_name_of_its_own():
    assert len(set(contestants.NAMES)) == len(contestants.NAMES) >= 6


def test_what_is_installed_is_pinned():
    package = json.loads((FOLDER / "yardsticks" / "package.json").read_text(encoding="utf-8"))
    assert all(version[0].isdigit() for version in package["dependencies"].values())
    for line in (FOLDER / "yardsticks" / "anysd.txt").read_text().splitlines():
        assert line.startswith("#") or "==" in line
