"""The engine, told as conversations with a small tree; outcomes and lists are given by the test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import OFFERING
from locales.catalogues import Translation
from menus.actions import Item, Outcome
from menus.compiler import assembled, compile_tree
from menus.engine import Call, Session, Show, advance, begin, resume
from menus.source import read
from menus.subject import Subject
from tests.menus.trees import LAYOUT, SOUND, compiled, french

assert OFFERING  # what these rooms offer to menus is registered

TREE = compiled()
FRUITS = [Item("m", "Mangue"), Item("b", "Banane")]


def play(
    *entries: str, answers: dict | None = None, facts: frozenset[str] = frozenset(), tree=TREE
):
    """The step that stands after these entries; calls are answered by name."""
    known = {"test.fruits": FRUITS, "test.take": Outcome("taken", {"count": 1}), **(answers or {})}
    step = begin(tree, LAYOUT, "fr", facts)
    for entry in (None, *entries):
        if entry is not None:
            step = advance(tree, LAYOUT, step.session, entry)
        while isinstance(step, Call):
            step = resume(tree, LAYOUT, step, known[step.name])
    return step


def text(*entries: str, **more) -> str:
    return play(*entries, **more).text


def test_a_session_begins_where_the_first_rule_that_holds_says():
    assert text().startswith("Menu")
    assert text(facts=frozenset({"first_dial"})).startswith("Bienvenue")


def test_a_screen_that_goes_on_is_left_with_1():
    assert text("1", facts=frozenset({"first_dial"})).startswith("Menu")
    assert text("2", facts=frozenset({"first_dial"})).startswith("Choix inconnu.\nBienvenue")


def test_a_list_is_followed_by_the_fixed_options():
    assert text("1") == "Lequel ?\n1 Mangue\n2 Banane\n3 Aucun\n0 Retour"
    assert text("1", "3").startswith("Menu")


def test_a_number_means_what_stood_beside_it_when_it_was_shown():
    step = play("1")
    call = advance(TREE, LAYOUT, step.session, "2")
    assert isinstance(call, Call)
    assert (call.name, call.arguments) == ("test.take", {"what": "b"})


def test_an_action_s_values_are_shown_and_the_session_ends():
    step = play("1", "1")
    assert step.text == "Pris : 1"
    assert step.ends


def test_an_empty_list_goes_where_the_tree_says():
    assert text("1", answers={"test.fruits": []}).startswith("Rien.")


def test_0_goes_back_one_screen_and_00_home():
    assert text("2", "7", "0").startswith("Quel âge ?")
    assert text("2", "7", "00").startswith("Menu")
    assert text("0").startswith("Menu")


def test_back_skips_actions_and_lands_on_the_screen_that_was_seen():
    taken_none = {"test.take": Outcome("none")}
    assert text("1", "1", answers=taken_none).startswith("Rien.")
    assert text("1", "1", "0", answers=taken_none).startswith("Lequel ?")


def test_home_is_not_offered_beside_back_when_they_are_the_same():
    assert text("2").endswith("?\n0 Retour")
    assert text("2", "7").endswith("\n0 Retour\n00 Accueil")
    assert "0 Retour" not in text()


def test_a_wrong_choice_shows_the_same_screen_with_a_reason():
    step = play("9")
    assert step.text == f"Choix inconnu.\n{text()}"
    assert step.refused
    assert text("9", "1") == text("1")


def test_a_wrong_entry_is_told_in_the_screen_s_own_words():
    assert text("2", "abc").startswith("Un nombre.\nQuel âge ?")


def test_after_too_many_tries_the_conversation_goes_elsewhere():
    assert text("2", "abc", "def").startswith("Rien.")


def test_what_was_typed_is_shown_as_data():
    assert text("2", " 7 ").startswith("Âge : 7")


def test_an_option_may_set_a_value():
    assert text("4").startswith("Couleur : rouge")


def test_a_word_that_is_set_is_the_language_s_own_however_long():
    def said(language: str, _context: str, french: str) -> Translation:
        word = "a long way from red" if (language, french) == ("en", "rouge") else french
        return Translation(word, "reviewed")

    tree = compile_tree(SOUND, said)
    step = begin(tree, LAYOUT, "en", frozenset())
    assert "a long way from red" in advance(tree, LAYOUT, step.session, "4").text
    step = begin(tree, LAYOUT, "fr", frozenset())
    assert "Couleur : rouge" in advance(tree, LAYOUT, step.session, "4").text


def test_a_word_that_is_only_handed_on_stays_as_it_is_written():
    def said(language: str, _context: str, french: str) -> Translation:
        return Translation(f"{french} ({language})", "reviewed")

    text = SOUND.replace("colour: rouge}, go: colour", "language: en}, go: choose")
    text = text.replace("  colour:\n", CHOOSE).replace("{colour}", "choisie")
    tree = compile_tree(text, said)
    step = begin(tree, LAYOUT, "fr", frozenset())
    call = advance(tree, LAYOUT, step.session, "4")
    assert call.arguments == {"language": "en"}


CHOOSE = """\
  choose:
    do: citizens.choose_language
    with: [language]
    outcomes: {chosen: colour}
  colour:
"""


def test_a_secret_goes_to_the_action_and_into_no_session():
    step = play("3")
    call = advance(TREE, LAYOUT, step.session, "4821")
    assert isinstance(call, Call)
    assert call.arguments == {"pin": "4821"}
    assert "4821" not in str(call.session)
    shown = resume(TREE, LAYOUT, call, Outcome("right", {"who": "Awa"}))
    assert shown.text.startswith("Bonjour Awa")
    assert "4821" not in str(shown.session)


def test_home_forgets_what_was_typed():
    assert play("2", "7", "00").session.values == {}


MANY = [Item(str(n), f"Fruit numero {n:02d}") for n in range(1, 31)]


def pages(*entries: str) -> str:
    return text(*entries, answers={"test.fruits": MANY})


def test_a_long_list_runs_over_pages_and_its_numbers_run_on():
    first, second = pages("1"), pages("1", "98")
    assert first.splitlines()[-2:] == ["98 Suite", "0 Retour"]
    last_of_first = int(first.splitlines()[-3].split()[0])
    assert second.splitlines()[0].startswith(f"{last_of_first + 1} ")


def test_0_on_a_later_page_goes_back_one_page():
    assert pages("1", "98", "0") == pages("1")


def test_98_on_the_last_page_is_a_wrong_choice_on_that_page():
    through = ["1"] + ["98"] * 20
    assert pages(*through).startswith("Choix inconnu.\n")
    assert "30 Fruit" in pages(*through) or "31 Aucun" in pages(*through)


def test_a_wrong_choice_on_a_later_page_shows_that_page():
    assert pages("1", "98", "999").startswith("Choix inconnu.\n")
    assert pages("1", "98").splitlines()[0] in pages("1", "98", "999")


def test_every_item_can_be_chosen():
    step = play("1", answers={"test.fruits": MANY})
    for number, item in enumerate(MANY, start=1):
        call = advance(TREE, LAYOUT, step.session, str(number))
        assert call.arguments == {"what": item.value}


OPENING = SOUND.replace("- {go: home}", "- {go: long}").replace(
    "  taken:",
    """  long:
    choose: "Premier"
    options:
"""
    + "".join(f'      - {{say: "Option numero {n:02d}", go: home}}\n' for n in range(12))
    + "  taken:",
)


def test_the_first_screen_s_pages_stay_as_they_were_laid_out():
    """The first page of a session is shorter; turning back and forth must lose no option."""
    tree = compiled(OPENING)
    seen = []
    step = play(tree=tree)
    while True:
        seen += [line for line in step.text.splitlines() if "Option" in line]
        if "98 Suite" not in step.text:
            break
        step = advance(tree, LAYOUT, step.session, "98")
    assert [line.split()[0] for line in seen] == [str(n) for n in range(1, 13)]
    assert play(tree=tree).page.measure.units <= 140
    assert play("98", "0", tree=tree).text == play(tree=tree).text


@given(
    st.lists(st.text(max_size=6) | st.sampled_from(["0", "00", "98", "1", "2", "3"]), max_size=12)
)
def test_nothing_that_is_typed_breaks_the_conversation(entries):
    step = play()
    for entry in entries:
        if step.ends:
            break
        step = advance(TREE, LAYOUT, step.session, entry)
        while isinstance(step, Call):
            answer = FRUITS if step.name == "test.fruits" else Outcome("none")
            answer = Outcome("wrong") if step.name == "test.unlock" else answer
            step = resume(TREE, LAYOUT, step, answer)
        assert isinstance(step, Show)
        assert step.text
        assert LAYOUT.later.holds(step.page.measure)


def test_a_session_is_a_plain_record():
    assert isinstance(play("1").session, Session)
    assert play("1").session.tree == TREE.version


@pytest.mark.parametrize("wished", ["fr", "en", "xx", None])
def test_a_language_that_the_tree_does_not_speak_is_its_first(wished):
    assert TREE.language(wished) in ("fr", "en")


CONDITIONAL = SOUND.replace('{say: "Âge", go: age}', '{say: "Âge", when: first_dial, go: age}')


def test_an_option_is_offered_to_those_of_whom_its_condition_holds():
    tree = compiled(CONDITIONAL)
    newcomer = frozenset({"first_dial"})
    assert "2 Âge" in text("1", tree=tree, facts=newcomer)
    assert "2 Secret" in text(tree=tree)


def test_a_number_means_the_option_that_was_offered():
    tree = compiled(CONDITIONAL)
    assert text("2", tree=tree).startswith("PIN ?")
    assert text("1", "2", tree=tree, facts=frozenset({"first_dial"})).startswith("Quel âge ?")


def test_what_an_action_learns_changes_what_is_offered():
    tree = compiled(CONDITIONAL)
    learned = {"test.take": Outcome("none", facts={"first_dial": True})}
    assert "2 Âge" in text("1", "1", "00", tree=tree, answers=learned)


def test_an_option_may_be_for_one_language():
    tree = compiled(SOUND.replace('{say: "Âge", go: age}', '{say: "Âge", when: in_en, go: age}'))
    assert "2 Secret" in text(tree=tree)
    assert "2 Âge" in begin(tree, LAYOUT, "en", frozenset()).text


LONG = SOUND.replace("Quel âge ?", "Quel âge ? " + "mot " * 45)


def test_a_question_of_several_pages_turns_by_98_where_98_is_shown():
    """The last resort, should a value be longer than the checks could know."""
    tree = assembled(Subject(read(LONG), french), LONG)
    first = play("2", tree=tree)
    assert "98 Suite" in first.text
    last = play("2", "98", tree=tree)
    assert "98 Suite" not in last.text
    assert "".join(first.page.lead.split() + last.page.lead.split()) == "Quelâge?" + "mot" * 45
    assert text("2", "98", "98", tree=tree).startswith("Âge : 98")
    assert text("2", "98", "0", tree=tree) == first.text
    assert text("2", "7", tree=tree).startswith("Âge : 7")  # also before the last page
    assert text("2", "98", "x", tree=tree).startswith("Un nombre.")


def test_98_is_an_entry_where_a_question_stands_on_one_page():
    assert text("2", "98").startswith("Âge : 98")


def test_one_of_the_listed_words_may_be_asked_for():
    listed = "    among: [Oui, Non]\n"
    tree = compiled(SOUND.replace("    check: digits\n    least: 1\n    most: 3\n", listed))
    assert text("2", "OUI", tree=tree).startswith("Âge : Oui")
    assert text("2", "bof", tree=tree).startswith("Un nombre.")
