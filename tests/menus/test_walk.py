"""Walks: every path of a sound tree, and what is told of trees that break on the way."""

from dataclasses import replace

import pytest

from app import OFFERING
from gsm.alphabet import measure
from locales.catalogues import FOLDED, look_up
from locales.templates import template
from menus import engine, library
from menus.compiler import compile_tree
from menus.tree import Option, Say, Tree
from menus.walk import Walk, walk
from tests.menus.trees import LAYOUT, SOUND, french

assert OFFERING  # what these rooms offer to menus is registered

TREE = compile_tree(SOUND, french, frozenset({"fr", "en"}))


@pytest.mark.parametrize("path", sorted(library.TREES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["fr", "bm"])  # in GSM-7, and in UCS-2
def test_a_tree_that_we_ship_has_no_problem(path, language):
    tree = compile_tree(path.read_text(encoding="utf-8"), look_up, FOLDED, path.name)
    walked = walk(tree, languages=[language])
    assert not walked.problems, str(walked)
    # In UCS-2 the longest ways have more pages than are walked: that they are reached, from the
    # start and at all, is for `menus/checks/reach.py` to see.
    assert walked.unseen == () or (language == "bm" and walked.cut)


def test_a_sound_tree_is_seen_whole():
    walked = walk(TREE, LAYOUT, depth=20)
    assert walked.seen == tuple(TREE.screens)
    assert (walked.unseen, walked.problems, walked.cut) == ((), (), ())
    assert (walked.hops.screen, walked.hops.count) == ("taken", 2)


def test_each_language_has_its_fullest_page_and_its_most_pages():
    walked = walk(TREE, LAYOUT)
    assert set(walked.longest) == set(walked.pages) == {"fr", "en"}
    fullest = walked.longest["fr"]
    assert fullest.measure == measure(fullest.text)
    assert 0.9 < fullest.share <= 1.0
    assert (walked.pages["fr"].screen, walked.pages["fr"].count) == ("home", 1)


def test_only_the_languages_that_are_asked_for_are_walked():
    assert set(walk(TREE, LAYOUT, languages=["en"]).longest) == {"en"}


def changed(name: str, **changes) -> Tree:
    screen = replace(TREE.screens[name], **changes)
    return replace(TREE, screens={**TREE.screens, name: screen})


def said(words: str):
    return {"fr": template(words), "en": template(words)}


def told(tree: Tree) -> dict[str, str]:
    """The problems, by screen."""
    return {problem.screen: problem.what for problem in walk(tree, LAYOUT, ["fr"]).problems}


def test_a_value_that_is_not_known_is_told_with_the_shortest_way_there():
    walked = walk(changed("old", text=said("Âge : {size}")), LAYOUT, ["fr"])
    [problem] = walked.problems
    assert (problem.language, problem.screen) == ("fr", "age")
    assert problem.what == "KeyError: 'size'"
    assert problem.way == ("dial", "2", "111")
    assert "way: dial > 2 > 111" in str(walked)
    assert walked.unseen == ("old",)


def test_an_outcome_is_part_of_the_way():
    [problem] = walk(changed("welcome_back", text=said("{size}")), LAYOUT, ["fr"]).problems
    assert problem.way == ("dial", "3", "111111", "(right)")


def test_a_target_that_is_missing_is_told():
    options = (Option(said("Ailleurs"), "nowhere", {}, None),)
    assert told(changed("home", options=options))["home"] == "KeyError: 'nowhere'"


def test_actions_that_follow_each_other_without_end_are_told():
    turning = changed("take", outcomes={"taken": "take", "none": "take"})
    assert told(turning) == {"fruits": "actions follow actions without end"}


def test_an_action_that_one_outcome_leads_to_again_is_fine():
    assert told(changed("take", outcomes={"taken": "taken", "none": "take"})) == {}


def test_a_page_over_the_budget_is_told(monkeypatch):
    monkeypatch.setattr(engine, "explained", lambda page, reason, budget: "m" * 161)
    assert told(TREE)["home"] == "a page of 161 GSM-7 is over the budget"


def test_a_page_that_nothing_leads_out_of_is_told():
    problems = walk(changed("home", text=said("{size}")), LAYOUT, ["fr"]).problems
    traps = {one.screen for one in problems if one.what == "no end and no home can be reached"}
    assert traps == {"welcome"}


def test_a_check_that_accepts_nothing_we_know_is_told():
    deaf = replace(TREE.screens["age"].check, accept=lambda entry, least, most: None)
    assert told(changed("age", check=deaf)) == {"age": "no entry is known that its check accepts"}


def test_a_check_that_breaks_is_told():
    def broken(entry: str, least: int, most: int) -> str:
        raise OverflowError("too much")

    check = replace(TREE.screens["age"].check, accept=broken)
    assert "OverflowError: too much" in str(walk(changed("age", check=check), LAYOUT, ["fr"]))


def test_a_screen_that_no_way_leads_to_is_never_seen():
    lost = replace(TREE, screens={**TREE.screens, "lost": Say(said("Perdu"), True, None)})
    walked = walk(lost, LAYOUT, ["fr"])
    assert walked.unseen == ("lost",)
    assert "never seen: lost" in str(walked)


@pytest.mark.parametrize(
    ("bounds", "cut"),
    [
        ({"depth": 1}, "fr: 7 pages at 1 entries"),
        ({"most_states": 5}, "fr: 5 states are the most"),
    ],
)
def test_a_walk_that_was_cut_short_says_so(bounds, cut):
    walked: Walk = walk(TREE, LAYOUT, ["fr"], **bounds)
    assert walked.cut == (cut,)
    assert walked.unseen
    assert not walked.problems
