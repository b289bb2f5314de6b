"""Two trees side by side: what differs, word by word, and what a phone shows of it."""

from hypothesis import given
from hypothesis import strategies as st

from menus import glimpse
from menus.comparing import GONE, NEW, SAME, compared, lines, words
from tests.menus.trees import SOUND, compiled

texts = st.text(alphabet="ab é{n}\n,.", max_size=40)


def spoken(pieces, *signs: str) -> str:
    return "".join(said for sign, said in pieces if sign in signs)


@given(texts, texts)
def test_the_pieces_give_both_texts_back(before, after):
    pieces = words(before, after)
    assert spoken(pieces, SAME, GONE) == before
    assert spoken(pieces, SAME, NEW) == after


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_the_lines_give_both_lists_back(before, after):
    pieces = lines(before, after)
    assert [line for sign, line in pieces if sign != NEW] == before
    assert [line for sign, line in pieces if sign != GONE] == after


def test_a_changed_word_is_told_alone():
    assert words("Quel bureau ?", "Quel guichet ?") == [
        (SAME, "Quel "),
        (GONE, "bureau"),
        (NEW, "guichet"),
        (SAME, " ?"),
    ]


def test_nothing_differs_from_itself():
    assert compared(compiled(SOUND), compiled(SOUND)) == []


def test_without_a_tree_before_all_is_new():
    tree = compiled(SOUND)
    found = compared(None, tree)
    assert [one.name for one in found] == ["", *tree.screens]
    assert {one.what for one in found} == {"added"}


def test_a_text_a_way_and_a_screen_that_change_are_told_apart():
    other = SOUND.replace('"Rien."', '"Plus rien."').replace("*1#", "*2#")
    other = other.replace('{say: "Aucun", go: home}', '{say: "Aucun", go: more}')
    other = other.replace("  nothing:", '  more:\n    say: "Encore"\n  nothing:', 1)
    found = {one.name: one for one in compared(compiled(SOUND), compiled(other))}
    assert (found["nothing"].languages, found["nothing"].leads) == (("en", "fr"), False)
    assert (found["fruits"].languages, found["fruits"].leads) == ((), True)
    assert (NEW, "Aucun → more") in found["fruits"].ways()
    assert (GONE, "Aucun → home") in found["fruits"].ways()
    assert (NEW, "service_codes: *2#") in found[""].ways()
    assert found["more"].what == "added"


def test_a_phone_shows_a_screen_with_examples_for_its_values():
    tree = compiled(SOUND)
    assert glimpse.pages(tree, "taken", "fr") == ("Pris : 3",)
    [page] = glimpse.pages(tree, "fruits", "fr")
    assert page.startswith("Lequel ?\n1 Exemple 1\n2 Exemple 2\n3 Aucun\n0 ")
    assert glimpse.pages(tree, "take", "fr") == ()
    assert glimpse.pages(tree, "no_screen", "fr") == ()
