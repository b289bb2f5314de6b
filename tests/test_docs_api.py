"""docs/api*.md, connectors.md and offices.md are true: what they tell one to type works, what they
show is."""

import json
import re
from datetime import date, timedelta

import moment
from cases.connectors import configured
from queues.places import public_holidays
from queues.setup.reading import read
from settings import ROOT
from tests.test_product import Product, fake, product  # noqa: F401  (fixtures)

API = (ROOT / "docs/api.md").read_text(encoding="utf-8")
DOSSIERS = (ROOT / "docs/api-dossiers.md").read_text(encoding="utf-8")
CONNECTORS = (ROOT / "docs/connectors.md").read_text(encoding="utf-8")
OFFICES = (ROOT / "docs/offices.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.S)


def shape(value):
    """The keys of an answer, and those of the first of each list in it."""
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return {key: shape(one) for key, one in value.items()} if isinstance(value, dict) else None


def working_day() -> date:
    """A coming day on which the demo's offices are open."""
    days = (moment.now().date() + timedelta(days=ahead) for ahead in range(7, 30))
    return next(
        day for day in days if day.weekday() < 5 and day not in public_holidays("SN", day.year)
    )


def test_the_api_answers_as_its_page_shows(product: Product):  # noqa: F811
    phone = product.phone("+221770000062")
    phone.dial()
    for entry in ("1", "1", "1", "1", "1"):
        phone.enter(entry)
    [asked] = blocks(API, "sh")
    asked = asked.replace("127.0.0.1:8000", f"127.0.0.1:{product.port}")
    answers = [json.loads(product.shell(line).stdout) for line in asked.splitlines()]
    waits, board, nowhere = map(json.loads, blocks(API, "json"))
    assert answers[0].keys() == {"offices"}
    assert answers[1]["name"] == "Préfecture"
    assert answers[2].keys() == waits.keys()
    assert all(one.keys() == waits["services"][0].keys() for one in answers[2]["services"])
    assert answers[3].keys() == board.keys()
    assert shape(answers[3]["waiting"]) == shape(board["waiting"])
    assert answers[4]["openapi"] == "3.1.0"
    curl = f"curl -s http://127.0.0.1:{product.port}/api/v1/offices/nowhere"
    assert json.loads(product.shell(curl).stdout) == nowhere


def test_the_file_that_is_shown_is_one():
    [shown] = blocks(OFFICES, "yaml")
    [office] = read(shown, "offices.yaml").offices
    assert (office.code, office.special_days[0].day) == ("poste", date(2027, 12, 24))


def test_commands_about_offices_work_in_their_order(product: Product, tmp_path):  # noqa: F811
    told = []
    for block in blocks(OFFICES, "sh"):
        here = block.replace("offices.yaml", f"{tmp_path}/offices.yaml")
        here = here.replace("2027-03-02", str(working_day()))
        done = product.shell(f"set -e\n{here}")
        assert done.returncode == 0, done.stdout + done.stderr
        told.append(done.stdout)
    assert told[0].count("nothing to change") == 2
    assert told[1].count("0 tickets cancelled, 0 people told") == 3


def test_dossiers_go_in_and_come_out_as_their_page_shows(product: Product):  # noqa: F811
    script = "\n".join(blocks(DOSSIERS, "sh")).replace(
        "127.0.0.1:8000", f"127.0.0.1:{product.port}"
    )
    done = product.shell(f"set -e\n{script}")
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    new, ready, read, events, drawn, handed, bulk, first, again, page, since = answers
    assert [one["status"] for one in (new, ready, read)] == ["received", "ready", "ready"]
    assert [one["kind"] for one in events["events"]] == ["received", "moved"]
    assert (len(drawn["reference"]), handed["kind"]) == (10, "handed_over")
    assert [one["outcome"] for one in bulk["rows"]] == ["created", "wrong"]
    assert first == again
    assert (len(page["cases"]), page["more"], len(since["cases"]) > 2) == (2, True, True)
    told, wrong = map(json.loads, blocks(DOSSIERS, "json"))
    assert bulk["rows"][1]["errors"] == wrong["errors"]
    assert told["data"]["reference"] == new["reference"]


def test_the_file_of_connectors_that_is_shown_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRE_KEY", "key")
    file = tmp_path / "connectors.yaml"
    file.write_text(blocks(CONNECTORS, "yaml")[0], encoding="utf-8")
    assert configured.load(file)["registre"].agency == "keur-exemple"


def test_commands_about_connectors_work(product: Product):  # noqa: F811
    [command] = blocks(CONNECTORS, "sh")
    assert product.shell(command).stdout.startswith("name")
