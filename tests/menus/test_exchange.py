"""A tree as files, and back; what is no tree is refused, whatever it holds."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.catalogues import Translation
from menus import exchange, versions
from menus.source import BrokenTree
from tests.menus.trees import SOUND

BOOK = {"en": {("home", "Menu"): Translation("The menu", "reviewed")}}


def test_what_goes_out_comes_back():
    made = versions.written(SOUND, BOOK)
    files = exchange.unpacked(exchange.packed(exchange.files_of("sound", made, "abc")), "x.zip")
    assert sorted(files) == ["en.po", "sound.yaml"]
    assert exchange.name_in(files) == "sound"
    assert exchange.brought(files, {}) == (made, "abc")


def test_translations_that_are_known_stay_where_the_files_say_none():
    made, base = exchange.brought({"sound.yaml": SOUND.encode()}, BOOK)
    assert made.book["en"]["home", "Menu"].text == "The menu"
    assert base is None


def test_a_file_saved_on_another_system_is_the_same_tree():
    made, _ = exchange.brought(
        {"a.yml": b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()}, {}
    )
    assert made.text == SOUND


@pytest.mark.parametrize("files", [{}, {"en.po": b""}, {"a.yaml": b"", "b.yaml": b""}])
def test_there_is_one_tree(files):
    with pytest.raises(BrokenTree, match="one tree file"):
        exchange.brought(files, {})


def test_a_book_that_can_t_be_read_is_named():
    with pytest.raises(BrokenTree, match=r"en\.po"):
        exchange.brought({"a.yaml": SOUND.encode(), "en.po": b"\xff"}, {})


def test_what_unpacks_to_more_than_a_tree_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yaml", b"\0" * (9 << 20))
    with pytest.raises(BrokenTree, match="too much"):
        exchange.unpacked(packed.getvalue(), "x.zip")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for files in ({"a.yaml": data}, {"a.yaml": SOUND.encode(), "en.po": data}):
        try:
            exchange.brought(files, {})
        except BrokenTree:
            continue
    try:
        exchange.unpacked(data, "x.zip")
    except BrokenTree:
        return
