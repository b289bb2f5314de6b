"""Which tree answers which code."""

from menus.library import Library, shipped
from tests.menus.trees import SOUND, compiled

TOWN = compiled(SOUND)
TAX = compiled(SOUND.replace("tree: sound", "tree: tax").replace("*1#", "*1*2#"))
LIBRARY = Library([TOWN, TAX])


def test_a_code_finds_its_tree():
    assert LIBRARY.dialled("*1#") == (TOWN, "*1#")
    assert LIBRARY.dialled("*1*2#") == (TAX, "*1*2#")


def test_a_long_dial_finds_the_code_that_it_begins_with():
    assert LIBRARY.dialled("*1*7*1#") == (TOWN, "*1#")
    assert LIBRARY.dialled("*1*2*1#") == (TAX, "*1*2#")


def test_a_code_is_not_taken_for_one_that_begins_alike():
    assert LIBRARY.dialled("*12#") == (TOWN, "*12#")  # no tree's code: the first one answers


def test_a_version_is_found_by_its_hash():
    assert LIBRARY.version(TAX.version) is TAX
    assert LIBRARY.version("gone") is None


def test_what_we_ship_compiles():
    assert [tree.name for tree in shipped().trees] == ["keur-exemple"]
