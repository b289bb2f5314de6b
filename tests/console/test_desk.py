"""An agent's day at a counter, as a browser sees it."""

import re

import pytest
from sqlmodel import select

from database import reading
from queues.models import Ticket, TicketEvent
from tests.console.browser import send, sign_in
from tests.queues.day import counters, service_id, take

QUEUE = "/console/queue"


class Agent:
    """Somebody at the console, with the page in front of them."""

    def __init__(self, office, user="agent"):
        self.client = office.app.test_client()
        sign_in(self.client, user)
        self.page = ""

    def look(self) -> str:
        self.page = self.client.get(QUEUE, headers={"Accept-Language": "fr"}).text
        return self.page

    def press(self, url: str, **fields: object) -> str:
        send(self.client, f"{QUEUE}/{url}", fields)
        return self.look()

    def sit(self, counter: int) -> str:
        return self.press("counter", counter=counter)

    def does(self, deed: str, **fields: object) -> str:
        """With who is at the counter, as the page names them."""
        return self._press_for(f"do/{deed}", fields)

    def with_one(self, deed: str) -> str:
        """With the first one for whom the page has this button."""
        return self._press_for(f"with/{deed}", {})

    def _press_for(self, url: str, fields: dict[str, object]) -> str:
        _, found, form = self.page.partition(f'action="{QUEUE}/{url}"')
        assert found, f"no {url} on the page"
        ticket, step = re.findall(r'name="(?:ticket|step)" value="(\d+)"', form)[:2]
        return self.press(url, ticket=ticket, step=step, **fields)

    @property
    def here(self) -> str | None:
        found = re.search(r'<p class="label">(\w+)</p>', self.page)
        return found[1] if found else None


@pytest.fixture
def agent(office, monkeypatch):
    one = counters(4)[0]
    agent = Agent(office)
    agent.sit(one)
    return agent


def now(number: str | None, prefix: str = "A"):
    """A ticket of this very moment."""
    from datetime import UTC, datetime

    from tests.queues.day import MORNING

    minutes = (datetime.now(UTC) - MORNING).total_seconds() / 60
    return take(number, minutes, prefix)


def kinds() -> list[str]:
    with reading() as db:
        return list(db.exec(select(TicketEvent.kind).order_by(TicketEvent.id)))


def test_one_chooses_a_counter_first(office):
    counters(4)
    agent = Agent(office)
    assert "À quel guichet êtes-vous ?" in agent.look()
    assert "Appeler le suivant" not in agent.page


def test_called_there_served_and_done_with_what_came_of_it(agent):
    now("+221770000061")
    agent.press("next")
    assert agent.here == "A001"
    agent.does("start")
    agent.does("done", outcome="come_again", note="photo missing")
    assert agent.here is None
    with reading() as db:
        ticket = db.exec(select(Ticket)).one()
        note = db.exec(select(TicketEvent.note).where(TicketEvent.kind == "done")).one()
    assert (ticket.state, ticket.outcome, note) == ("done", "come_again", "photo missing")


def test_nobody_waits(agent):
    assert "Personne n&#39;attend pour ce guichet." in agent.press("next")


def test_a_form_that_was_pressed_twice_does_its_deed_once(agent):
    now(None)
    agent.press("next")
    old = agent.page
    agent.does("recall")
    agent.page = old
    assert "la file a bougé" in agent.does("recall")
    assert kinds() == ["joined", "called", "recalled"]


def test_missed_then_back_and_called_again(agent):
    now("+221770000061")
    agent.press("next")
    agent.does("absent")
    assert "Absents à l&#39;appel" in agent.page or "Absents à l'appel" in agent.page
    agent.with_one("back")
    agent.press("next")
    assert agent.here == "A001"


def test_put_aside_and_gone_on_with(agent):
    now(None)
    agent.press("next")
    agent.does("start")
    agent.does("hold")
    assert agent.here is None
    agent.with_one("resume")
    assert agent.here == "A001"
    assert kinds() == ["joined", "called", "started", "held", "resumed"]


def test_handed_over_and_taken_back(agent):
    now(None)
    agent.press("next")
    agent.does("transfer", to=f"service:{service_id('B')}", note="papers")
    assert agent.here is None
    agent.with_one("undo")
    assert agent.here == "A001"


def test_the_last_step_is_taken_back(agent):
    now(None)
    agent.press("next")
    agent.does("start")
    agent.with_one("undo")
    assert "La personne est là" in agent.page


def test_called_out_of_turn(agent):
    now(None)
    now(None)
    agent.look()
    agent.page = agent.page[agent.page.rindex(f'action="{QUEUE}/with/call"') :]  # the last one
    agent.with_one("call")
    assert agent.here == "A002"


def test_a_ticket_for_somebody_who_is_there_with_a_priority_and_its_reason(agent):
    page = agent.press("walk-in", service=service_id(), priority="elderly", reason="", phone="")
    assert "Une priorité demande sa raison" in page
    agent.press("walk-in", service=service_id(), priority="elderly", reason="67 ans", phone="")
    with reading() as db:
        ticket = db.exec(select(Ticket)).one()
        event = db.exec(select(TicketEvent)).one()
    assert (ticket.priority, ticket.citizen_id, event.note) == ("elderly", None, "67 ans")
    assert "Personne âgée" in agent.look()
    slip = agent.client.get(f"/console/slip/{ticket.id}")
    assert ticket.label in slip.text


def test_a_number_that_is_not_one_is_said_and_what_was_typed_stays(agent):
    answer = send(
        agent.client, f"{QUEUE}/walk-in", {"service": service_id(), "phone": "12", "priority": ""}
    )
    page = agent.client.get(answer.location).text
    assert "Ce numéro n&#39;est pas complet" in page
    assert 'value="12"' in page


def test_two_agents_never_get_the_same_person(office):
    one, two = counters(2)
    awa, ibou = Agent(office), Agent(office, "administrateur")
    awa.sit(one)
    ibou.sit(two)
    now(None)
    now(None)
    awa.press("next")
    ibou.press("next")
    assert [awa.here, ibou.here] == ["A001", "A002"]


def test_a_counter_is_one_agent_s_and_of_one_s_own_office(office):
    [one] = counters(1)
    [elsewhere] = counters(1, "A", office="tribunal", first=9)
    awa, admin = Agent(office), Agent(office, "administrateur")
    awa.sit(one)
    assert "Ce guichet n&#39;est pas libre" in admin.sit(one)
    answer = send(awa.client, f"{QUEUE}/counter", {"counter": elsewhere})
    assert answer.status_code == 404


def test_a_counter_is_left_when_nobody_is_at_it(agent):
    now(None)
    agent.press("next")
    assert "terminez d&#39;abord" in agent.press("leave")
    agent.does("absent")
    assert "À quel guichet êtes-vous ?" in agent.press("leave")


def test_numbers_are_masked_and_the_list_comes_alone_for_the_script(agent):
    now("+221770000061")
    alone = agent.client.get(f"{QUEUE}/waiting").text
    assert "A001" in alone
    assert "<html" not in alone
    page = agent.press("next")
    assert "+221 77 ••• •• 61" in page
    assert "770000061" not in page


def test_the_desk_is_light(agent):
    for _ in range(60):
        now(None)
    page = agent.client.get(QUEUE, headers={"Accept-Encoding": "gzip"})
    sizes = [len(page.data)]
    text = agent.look()
    for asset in re.findall(r'(?:href|src)="(/console/static/[^"]+)"', text):
        sizes.append(len(agent.client.get(asset, headers={"Accept-Encoding": "gzip"}).data))
    assert len(sizes) == 4
    assert sum(sizes) < 60_000
