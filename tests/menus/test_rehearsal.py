"""The phone in memory: every story we ship holds there too, and what a story gives is checked."""

from functools import cache

import pytest
from pydantic import ValidationError

from app import OFFERING
from locales.catalogues import FOLDED, Translation, look_up
from locales.values import AMOUNT, DATE, MOMENT, PICKED, REFERENCE, number, text
from menus import library
from menus.actions import ACTIONS
from menus.compiler import compile_tree
from menus.rehearsal import MemoryPhone, longest, sample
from menus.stories import Story, StoryFailed, stories, tell
from menus.tree import Tree
from tests.menus.trees import LAYOUT, SOUND, compiled

assert OFFERING  # what these rooms offer to menus is registered

TREE = compiled()


@cache
def shipped() -> dict[str, Tree]:
    """The trees we ship, by name."""
    texts = [path.read_text(encoding="utf-8") for path in library.TREES.glob("*.yaml")]
    return {tree.name: tree for tree in (compile_tree(text, look_up, FOLDED) for text in texts)}


@pytest.mark.parametrize("story", list(stories()), ids=lambda story: story.story)
def test_a_story_holds_in_memory(story):
    tell(story, MemoryPhone.of(story, shipped()[story.tree]))


def phone(tree=TREE, **given) -> MemoryPhone:
    named = {name.replace("__", "."): answers for name, answers in given.items()}
    return MemoryPhone(tree, facts=frozenset(), layout=LAYOUT, given=named)


def play(phone: MemoryPhone, *entries: str):
    screen = phone.dial()
    for entry in entries:
        screen = phone.enter(entry)
    return screen


# -- what is not given --------------------------------------------------------------------------


def test_a_list_has_two_items():
    screen = play(phone(), "1")
    assert screen.text.startswith("Lequel ?\n1 Exemple 1\n2 Exemple 2\n3 Aucun")
    assert screen.goes_on


def test_an_action_s_first_outcome_holds_samples_and_may_end():
    screen = play(phone(), "1", "1")
    assert (screen.text, screen.goes_on) == ("Pris : 3", False)
    assert play(phone(), "3", "1234").text.startswith("Bonjour Exemple\n")


KINDS = [text(1), text(22), number(1), number(999), AMOUNT, DATE, MOMENT, REFERENCE, PICKED]
KINDS += [
    kind for one in ACTIONS.values() for kinds in one.outcomes.values() for kind in kinds.values()
]


@pytest.mark.parametrize("kind", {kind.name: kind for kind in KINDS}.values(), ids=lambda k: k.name)
def test_every_kind_has_a_sample_and_a_longest_value(kind):
    assert len(kind.write(sample(kind))) <= max(len(kind.longest), 1)
    if kind.can_be_shown:
        assert kind.write(longest(kind)) == kind.longest


LANGUAGE = """\
tree: talking
service_codes: ["*1#"]
languages: [fr, en]
start:
  - {when: first_dial, go: language}
  - {go: home}
home: home
screens:
  language:
    choose: "Langue"
    options:
      - {say: "English", set: {language: en}, go: choose_language}
  choose_language:
    do: citizens.choose_language
    with: [language]
    outcomes: {chosen: home}
  home:
    choose: "Menu"
    options:
      - {say: "Langue", go: language}
      - {say: "Nouveau", when: first_dial, go: language}
      - {say: "Fin", go: bye}
  bye:
    say: "Merci"
    end: true
"""


def talking() -> Tree:
    def said(language: str, _context: str, words: str) -> Translation:
        return Translation(f"{words} {language}", "reviewed")

    return compile_tree(LANGUAGE, said)


def test_a_language_that_is_chosen_is_spoken_from_then_on():
    screen = play(MemoryPhone(talking()), "1")
    assert screen.text == "Menu en\n1 Langue en\n2 Fin en"


def test_a_given_outcome_may_say_the_language():
    given = {"citizens.choose_language": {"chosen": {"language": "fr"}}}
    assert play(MemoryPhone(talking(), given=given), "1").text.startswith("Menu fr")


# -- what is given ------------------------------------------------------------------------------


def test_items_are_labels_or_labels_with_their_values():
    fruits = ["Mangue", {"value": "b", "label": "Banane"}]
    assert play(phone(test__fruits=fruits), "1").text.startswith("Lequel ?\n1 Mangue\n2 Banane\n")
    assert play(phone(test__fruits=[]), "1").text.startswith("Rien.")


def test_outcomes_are_taken_in_turn_and_the_last_one_stays():
    taking = phone(test__take=[{"none": {}}, {"taken": {"count": 7}}])
    assert play(taking, "1", "1").text.startswith("Rien.")
    assert play(taking, "1", "1").text == "Pris : 7"
    assert play(taking, "1", "1").text == "Pris : 7"


BAD = {
    "no name of this tree": ({"queues.offices": []}, "the tree sound never calls it"),
    "an outcome not declared": ({"test.take": {"stolen": {}}}, "no outcome stolen: .* taken, none"),
    "a value missing": ({"test.take": {"taken": {}}}, "count is missing in taken"),
    "a value unknown": ({"test.take": {"none": {"count": 1}}}, "count is unknown in none"),
    "a value of another kind": ({"test.take": {"taken": {"count": "x"}}}, "count is a number to"),
    "two outcomes at once": ({"test.take": {"none": {}, "taken": {"count": 1}}}, "one outcome"),
    "no outcome": ({"test.take": []}, "needs an outcome"),
    "a label for an outcome": ({"test.take": "none"}, "list"),
    "an outcome for a list": ({"test.fruits": {"some": {}}}, "a list of labels"),
    "an item without a label": ({"test.fruits": [{"value": "m"}]}, "neither a label nor"),
}


@pytest.mark.parametrize(("given", "why"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_given_is_refused_before_anything_is_dialled(given, why):
    with pytest.raises(ValueError, match=f"the story's `given`, .*{why}"):
        MemoryPhone(TREE, given=given)


def test_a_date_is_given_as_one():
    said = {"tail": "1", "case_office": "M", "told": "reçu", "what_next": "Un SMS suivra"}
    given = {"cases.find": {"received": {**said, "since": "24/11/2026"}}}
    with pytest.raises(ValueError, match="since is a date: not '24/11/2026'"):
        MemoryPhone(shipped()["keur-exemple"], given=given)


def test_a_fact_that_nobody_can_tell_is_refused():
    with pytest.raises(ValueError, match="facts: nobody can tell rich"):
        MemoryPhone(TREE, facts=frozenset({"rich"}))


def test_nothing_is_entered_without_a_session():
    ended = phone()
    play(ended, "1", "1")
    with pytest.raises(ValueError, match="dial first"):
        ended.enter("1")


# -- stories ------------------------------------------------------------------------------------


def story(**changes) -> Story:
    told = {"story": "One fruit", "phone": "+221770000050", "dial": "*1#", "facts": []}
    then = [{"enter": "1", "shows": ["1 Mangue"]}, {"enter": "1", "shows": ["Pris"], "ends": True}]
    return Story.model_validate({**told, "then": then, **changes})


def test_a_story_is_told_with_what_it_gives():
    one = story(given={"test.fruits": ["Mangue"]})
    transcript = tell(one, MemoryPhone.of(one, TREE))
    assert transcript[-1] == "Pris : 3"
    with pytest.raises(StoryFailed, match="does not show '1 Mangue'"):
        tell(story(), MemoryPhone.of(story(), TREE))


def test_a_story_about_another_tree_is_not_told():
    with pytest.raises(ValueError, match="about the tree other, not sound"):
        MemoryPhone.of(story(tree="other"), TREE)


@pytest.mark.parametrize("given", [{"test.fruits": [3]}, {"test.take": {"taken": {"count": []}}}])
def test_a_story_whose_given_has_no_such_shape_is_refused(given):
    with pytest.raises(ValidationError):
        story(given=given)


def test_the_first_dial_is_what_a_story_begins_with():
    assert "1 Fruits" not in MemoryPhone(compiled(SOUND)).dial().text
