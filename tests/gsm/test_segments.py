"""How many SMS a text is billed as, checked against an independent counter."""

import random

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from gsm.alphabet import utf16_units
from gsm.segments import Segments, segments

ASCII = "aeiou nrstl,.'19\n"
LANGUAGES = {
    "French": ASCII + "àéèùçêëôœâûÀÉÊ«»’°…€",
    "French, folded": ASCII + "àéèùÇÉ€[]{}~^|\\",
    "Wolof": ASCII + "àéñëŋó",
    "Pulaar": ASCII + "ñɓɗƴŋɲ",
    "Bambara": ASCII + "ɛɔɲŋ",
    "Hausa": ASCII + "ɓɗƙƴ’",
    "Swahili": ASCII,
    "Portuguese": ASCII + "áâãçêíóôõú€",
    "Arabic": "ابتثجحخدذ ،؟😀",
}


def reference(text: str) -> Segments:
    """What smsutil counts. It is trusted on all but two inputs, which no test here feeds it:

    - "": its check is `^[…]+$`, so it takes the empty text for UTF-16;
    - ESC: it takes it for a character of one septet, where it can only open an escape pair.
    """
    split = smsutil.split(text)
    if split.encoding == "gsm0338":
        return Segments("GSM-7", split.total_bytes, len(split.parts))
    return Segments("UCS-2", split.total_bytes // 2, len(split.parts))


def test_an_empty_text_is_one_message() -> None:
    assert segments("") == Segments("GSM-7", 0, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, Segments("GSM-7", 160, 1)),
        ("a" * 161, Segments("GSM-7", 161, 2)),
        ("a" * 306, Segments("GSM-7", 306, 2)),
        ("a" * 307, Segments("GSM-7", 307, 3)),
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("ŋ" * 70, Segments("UCS-2", 70, 1)),
        ("ŋ" * 71, Segments("UCS-2", 71, 2)),
        ("ŋ" * 134, Segments("UCS-2", 134, 2)),
        ("ŋ" * 135, Segments("UCS-2", 135, 3)),
        ("😀" * 35, Segments("UCS-2", 70, 1)),
    ],
)
def test_messages_end_where_the_standard_says(text: str, expected: Segments) -> None:
    assert segments(text) == expected == reference(text)


def test_an_escape_pair_never_straddles_two_messages() -> None:
    text = "a" * 152 + "{" + "a" * 152
    assert segments(text) == Segments("GSM-7", 306, 3) == reference(text)


def test_a_surrogate_pair_never_straddles_two_messages() -> None:
    text = "ŋ" * 66 + "😀" + "ŋ" * 66
    assert segments(text) == Segments("UCS-2", 134, 3) == reference(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_random_texts_are_counted_like_the_reference(language: str) -> None:
    dice = random.Random(language)
    alphabet = LANGUAGES[language]
    for _ in range(2_300):  # nine alphabets: over 20,000 texts
        # Few special characters in most texts, so that many stay GSM-7 and some turn UCS-2.
        special = dice.choice((0.0, 0.01, 0.2))
        letters = [
            dice.choice(alphabet if dice.random() < special else alphabet[:12])
            for _ in range(dice.choice((dice.randint(1, 90), dice.randint(130, 330))))
        ]
        text = "".join(letters)
        assert segments(text) == reference(text), text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(exclude_characters="\x1b", codec="utf-8"), min_size=1))
def test_any_text_is_counted_like_the_reference(text: str) -> None:
    assert segments(text) == reference(text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["a" * 50, "{", "€", "b", "é"]), min_size=1, max_size=20))
def test_escape_pairs_around_the_boundaries_are_counted_like_the_reference(
    parts: list[str],
) -> None:
    text = "".join(parts)
    assert segments(text) == reference(text)


def test_where_the_reference_is_wrong_we_do_not_follow_it() -> None:
    assert smsutil.split("").encoding == "utf_16_be"
    assert smsutil.split("\x1b").encoding == "gsm0338"
    assert segments("\x1b") == Segments("UCS-2", utf16_units("\x1b"), 1)
