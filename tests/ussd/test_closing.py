"""What a provider tells of a session that is over is kept, once, without any secret."""

import pytest
from sqlmodel import select

from database import reading
from demo import office as demo_office
from ussd import closing
from ussd.models import SessionEnd


def ends() -> list[SessionEnd]:
    closing.store()
    with reading() as db:
        return list(db.exec(select(SessionEnd)))


def at_the_pin(office):
    """A phone of somebody else, whose owner has just typed a PIN."""
    one = next(one for one in demo_office.facts()["dossiers"] if one["status"] == "in_progress")
    phone = office.speaking()
    for entry in ("2", one["reference"], str(one["birth_year"]), one["pin"]):
        phone.enter(entry)
    return phone, one["pin"]


def test_cost_duration_and_screens_are_kept(office):
    phone = office.speaking()
    phone.enter("1")
    phone.hang_up()
    [end] = ends()
    assert (end.provider, end.how) == ("africastalking", "timed_out")
    assert (end.seconds, end.hops, end.cost) == (42.0, 3, "XOF 2.5000")
    assert (end.screen, end.language) == ("offices", "fr")
    assert end.typed == "1*1"


def test_word_that_comes_twice_is_kept_once(office):
    phone = office.speaking()
    phone.hang_up()
    phone.hang_up()
    assert len(ends()) == 1


def test_no_pin_is_kept_or_logged(office, caplog):
    caplog.set_level("DEBUG")
    phone, pin = at_the_pin(office)
    phone.hang_up()
    waiting = b"".join(office.redis.lrange("guichet:ended", 0, -1))
    assert waiting
    assert pin.encode() not in waiting
    [end] = ends()
    assert pin not in str(end.model_dump())
    assert end.typed is not None
    assert end.typed.endswith("*•")
    assert pin not in caplog.text


def test_a_wrong_pin_is_a_secret_too(office):
    one = next(one for one in demo_office.facts()["dossiers"] if one["status"] == "in_progress")
    phone = office.speaking()
    for entry in ("2", one["reference"], str(one["birth_year"]), "12"):
        phone.enter(entry)
    phone.hang_up()
    [end] = ends()
    assert end.typed is not None
    assert end.typed.endswith("*•")


def test_of_a_session_that_is_not_known_nothing_typed_is_kept(office):
    phone, _ = at_the_pin(office)
    office.redis.flushall()
    phone.hang_up()
    [end] = ends()
    assert end.typed is None
    assert end.hops is not None


def test_a_reference_or_a_number_that_was_typed_is_masked(office):
    phone, _ = at_the_pin(office)
    phone.hang_up()
    [end] = ends()
    assert "•••••" in str(end.typed)


REDACTED = {
    "nothing typed": ("", 0, (), ""),
    "nothing secret": ("1*2", 2, (), "1*2"),
    "a secret at the end": ("1*4821", 2, (2,), "1*•"),
    "a star in an entry, so that nobody knows which is which": ("1*48*21", 2, (2,), None),
    "an entry that never came": ("1*2*4821", 2, (), None),
    "no word of it": (None, 2, (), None),
}


@pytest.mark.parametrize(
    ("typed", "steps", "hidden", "expected"), REDACTED.values(), ids=REDACTED.keys()
)
def test_what_was_typed_is_redacted(typed, steps, hidden, expected):
    assert closing.redacted(typed, steps, hidden) == expected


def test_a_session_that_is_told_to_be_over_can_be_taken_up_again(office):
    phone = office.speaking()
    phone.enter("1")
    phone.hang_up()
    assert "1 Continuer" in office.phone().dial().text


def test_how_sessions_end_is_summed_up(office):
    for number in ("+221770000050", "+221770000051"):
        phone = office.speaking(number)
        phone.hang_up()
    ends()
    assert closing.summary() == [("africastalking", "timed_out", 2, 42.0, 2.0, "XOF 2.5000")]


@pytest.mark.parametrize("change", [{"status": "?"}, {"cost": None}, {"durationInMillis": "soon"}])
def test_word_in_other_words_is_kept_all_the_same(office, change):
    phone = office.speaking()
    request = phone.gateway.hang_up(phone._handset(None))
    fields = {**request.form(), **change}
    given = {name: value for name, value in fields.items() if value is not None}
    answer = office.app.test_client().post("/ussd/africastalking/demo/events", data=given)
    assert answer.status_code == 200
    assert len(ends()) == 1
