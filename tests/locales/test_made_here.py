"""What is saved here lies over what we ship, in every process, and costs no question."""

import pytest
from sqlalchemy import event

import moment
from database import engine, writing
from locales import made_here
from locales.catalogues import Translation, folded, is_folded, look_up, translated
from locales.made_here import Text

WORD = Text("", "board", "Rappel")


def save(text: Text, said: str, state: str = "reviewed", in_use: bool = True) -> None:
    with writing() as db:
        one = Translation(said, state)
        made_here.save(db, "ff", {text: one}, "x", "x", moment.now(), in_use)


def test_what_is_in_use_is_said_and_the_latest_of_it(office):
    save(WORD, "first")
    save(WORD, "second")
    save(WORD, "waits", "draft", in_use=False)
    assert look_up("ff", "board", "Rappel") == Translation("second", "reviewed")
    assert look_up("wo", "board", "Rappel").text != "second"


def test_a_tree_s_text_is_never_said_from_here(office):
    save(Text("keur-exemple", "home", "Prendre un ticket"), "nothing")
    assert translated("ff", "home", "Prendre un ticket") != "nothing"


def test_a_text_costs_no_question_once_it_is_known(office):
    save(WORD, "known")
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(engine(), "before_cursor_execute", note)
    for _ in range(100):
        translated("ff", "board", "Rappel")
        is_folded("ff", "sms.ticket_called")
    assert asked == []
    assert made_here.refresh() is False
    assert len(asked) == 1


def test_who_begins_learns_what_was_saved_before(office):
    save(WORD, "before")
    made_here.forget()
    assert translated("ff", "board", "Rappel") == "before"


@pytest.mark.parametrize("choice", [True, False])
def test_the_latest_choice_of_letters_holds(office, choice):
    with writing() as db:
        for one in (not choice, choice):
            made_here.choose_letters(db, "bm", "", one, "x", moment.now())
    assert ("bm" in folded()) is choice
    with writing() as db:
        made_here.choose_letters(db, "bm", "sms.a", not choice, "x", moment.now())
    assert is_folded("bm", "sms.a") is not choice
    assert is_folded("bm", "sms.b") is choice
    with writing() as db:
        made_here.choose_letters(db, "bm", "sms.a", None, "x", moment.now())
    assert is_folded("bm", "sms.a") is choice
