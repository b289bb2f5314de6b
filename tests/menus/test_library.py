"""Which tree answers which code."""

import pytest

from menus.library import Shelf, shipped
from tests.menus.trees import SOUND, compiled

TOWN = compiled(SOUND)
TAX = compiled(SOUND.replace("tree: sound", "tree: tax").replace("*1#", "*1*2#"))
SHELF = Shelf([TOWN, TAX])


def test_a_code_finds_its_tree():
    assert SHELF.dialled("*1#") == (TOWN, "*1#")
    assert SHELF.dialled("*1*2#") == (TAX, "*1*2#")


def test_a_long_dial_finds_the_code_that_it_begins_with():
    assert SHELF.dialled("*1*7*1#") == (TOWN, "*1#")
    assert SHELF.dialled("*1*2*1#") == (TAX, "*1*2#")


def test_a_code_is_not_taken_for_one_that_begins_alike():
    assert SHELF.dialled("*12#") == (TOWN, "*12#")  # no tree's code: the first one answers


def test_no_tree_at_all_is_said_to_be_so():
    with pytest.raises(LookupError, match="no tree is live"):
        Shelf([]).dialled("*1#")


def test_the_demo_s_tree_is_shipped():
    assert list(shipped()) == ["keur-exemple.yaml"]
