"""What changed in a French text, and which text another has come from."""

from hypothesis import given
from hypothesis import strategies as st

from locales.changes import difference, predecessor

TEXTS = st.text(alphabet="ab é{}.\n", max_size=60)


@given(TEXTS, TEXTS)
def test_a_difference_holds_both_texts_whole(old, new):
    found = difference(old, new)
    assert "".join(words for sort, words in found if sort != "in") == old
    assert "".join(words for sort, words in found if sort != "out") == new


@given(TEXTS)
def test_the_same_text_has_no_difference(text):
    assert all(sort == "same" for sort, _ in difference(text, text))


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_a_predecessor_is_one_of_those_that_are_gone(text, gone):
    found = predecessor(text, gone)
    assert found is None or found in gone
    if text in gone:
        assert found == text


def test_the_most_alike_is_the_predecessor_and_one_unlike_is_none():
    gone = ["Quel bureau ?", "Quel guichet ?", "Merci."]
    assert predecessor("Quel bureau ce matin ?", gone) == "Quel bureau ?"
    assert predecessor("Tapez 1", gone) is None
