"""What is GSM-7, what it costs, and how the rest is folded into it."""

import unicodedata

import gsm0338  # noqa: F401  (registers the "gsm03.38" codec)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsm.alphabet import Measure, fits_gsm7, fold, measure, normalise, septets, utf16_units

GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€"
)
LETTERS = "abcXYZ019 .,?'\n" + (
    "àæéèùüÇçêëîïôœâûÀÈÊ«»’°…"  # French
    "ñëŋóãËŊ"  # Wolof
    "ɓɗƴŋɲƁƊƳ"  # Pulaar
    "ƈƥƭ"  # Serer
    "ɛɔƐƆƝ"  # Bambara
    "ƙƘʼ"  # Hausa
    "ẹọṣáíóúẸỌṢ\u0301\u0300"  # Yoruba
    "áâãçêíóôõú"  # Portuguese
    "مرحبا\u064e؟"  # Arabic
    "😀\u200d\ufe0f€{}~\u00a0\u202f\u200b\t½×—"
)

anything = st.text(max_size=60) | st.text(alphabet=LETTERS, max_size=200)
moderate = settings(max_examples=150, deadline=None, derandomize=True)


def reference_septets(text: str) -> int | None:
    """The oracle's count, or None where it refuses. Its ESC is an escape, no character of ours."""
    try:
        return None if "\x1b" in text else len(text.encode("gsm03.38"))
    except UnicodeEncodeError:
        return None


def test_every_single_character_costs_what_the_reference_encoder_writes() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x10000), 0x1F600):
        char = chr(code)
        expected = reference_septets(char)
        assert fits_gsm7(char) == (expected is not None), hex(code)
        if expected is not None:
            assert septets(char) == expected


@moderate
@given(st.text(alphabet=GSM7, max_size=400))
def test_gsm7_texts_cost_what_the_reference_encoder_writes(text: str) -> None:
    assert measure(text) == Measure("GSM-7", reference_septets(text))
    assert septets(text) == reference_septets(text)


@moderate
@given(anything)
def test_a_text_is_measured_in_septets_if_all_of_it_fits_else_in_utf16_units(text: str) -> None:
    if fits_gsm7(text):
        assert measure(text) == Measure("GSM-7", septets(text))
    else:
        assert measure(text) == Measure("UCS-2", len(text.encode("utf-16-be")) // 2)


def test_the_first_character_outside_is_named() -> None:
    with pytest.raises(ValueError, match="'ŋ' at 4 is outside GSM-7"):
        septets("bésuŋ ë")


def test_a_character_above_the_basic_plane_is_two_units_and_half_a_pair_is_one() -> None:
    assert utf16_units("a😀") == 3
    assert utf16_units("\ud83d") == 1


def test_escape_is_not_a_character() -> None:
    assert not fits_gsm7("\x1b")


def test_nfc_makes_one_character_of_a_letter_and_its_accent() -> None:
    assert not fits_gsm7("e\u0301")
    assert fits_gsm7(normalise("e\u0301"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # Letters inside stay, also beside one that is outside.
        ("ñ é è ù ò ì à € ä ß Ç ŋ", "ñ é è ù ò ì à € ä ß Ç ng"),
        ("e\u0301te\u0301", "été"),
        # French
        ("Ça reçoit l’élève, être, Noël", "Ça recoit l'élève, etre, Noel"),
        ("cœur, Œuvre, dû, île, naïf", "coeur, OEuvre, du, ile, naif"),
        ("À bientôt…", "A bientot..."),
        ("«\u00a0Guichet\u202f» — n°\u00a012", '"Guichet" - no 12'),
        ("N° 5 ; n.° 6 ; n.º 7 ; №\u00a08", "No 5 ; n.o 6 ; n.o 7 ; No 8"),
        ("30°C, 30\u00a0°C, 30° ici, Bon°", "30 deg C, 30 deg C, 30 deg ici, Bon deg"),
        # Wolof, Pulaar, Serer, Bambara, Hausa, Yoruba, Portuguese
        ("Dëkk, bëgg, Ŋank, jaŋ, bóoy, ñàkka", "Dekk, begg, Ngank, jang, booy, ñàkka"),
        ("ɗemngal ɓurii ƴettu ɲaamde Ɓii Ɗo Ƴa", "demngal burii yettu nyaamde Bii Do Ya"),
        ("ƈaƥoƭ ƇƤƬ", "capot CPT"),
        ("sɛbɛn nimɔrɔ ɲɛfɛ Ɲɔ", "seben nimoro nyefe Nyo"),
        ("zaɓi ƙasa Ƙofa sa\u02bca", "zabi kasa Kofa sa'a"),
        ("ọjọ́ ẹ̀kọ́ ṣé Ọ̀rẹ́", "ojo eko sé Ore"),
        ("não, três, avô, útil, ÁGUA, 1.ª, 2º", "nao, tres, avo, util, AGUA, 1.a, 2o"),
        # The nearest letter, not the barest: ǖ is ü with a macron.
        ("ǖ ǻ", "ü å"),
        # Signs
        (
            "‘a’ “b” a\u2011b – c • d × e ` ½ 1½ ﬁ m² → ™",
            "'a' \"b\" a-b - c - d x e ' 1/2 1 1/2 fi m2 -> TM",
        ),
        ("a\tb\u00a0c\u202fd\u2009e", "a b c d e"),
        ("a\u200bb\u200dc\ufeff\u00add\ufe0f", "abcd"),
        # No Latin writing: as it is.
        ("مرحبا ŋ", "مرحبا ng"),
        ("مُهِمّ", "مُهِمّ"),
        ("👨\u200d👩\u200d👧 ŋ", "👨\u200d👩\u200d👧 ng"),
        ("й", "й"),
    ],
)
def test_text_is_folded_to_its_nearest_writing(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_folded_wolof_notice_is_gsm7() -> None:
    assert measure("Sa këyit pare na, ñëwal ŋ") == Measure("UCS-2", 25)
    assert measure(fold("Sa këyit pare na, ñëwal ŋ")) == Measure("GSM-7", 26)


@pytest.mark.parametrize("letter", "çêëîïôœâûÀÈÊŋóãËŊɓɗƴɲƈƥƭɛɔƙẹọṣáíúõ’«»…°\u00a0")
def test_every_character_our_latin_languages_need_folds_into_gsm7(letter: str) -> None:
    assert fits_gsm7(fold(f"a{letter}b"))


@moderate
@given(st.text(alphabet=GSM7))
def test_a_text_inside_gsm7_is_left_alone(text: str) -> None:
    assert fold(text) == text


@moderate
@given(anything)
def test_folding_twice_is_folding_once_and_the_result_is_normalised(text: str) -> None:
    assert fold(fold(text)) == fold(text) == normalise(fold(text))


@moderate
@given(anything)
def test_no_character_inside_is_touched(text: str) -> None:
    """Those of the NFC text are still there, in the same order."""
    remaining = iter(fold(text))
    assert all(char in remaining for char in normalise(text) if fits_gsm7(char))


@moderate
@given(anything)
def test_no_letter_is_dropped_and_no_question_mark_invented(text: str) -> None:
    for char in normalise(text):
        if unicodedata.category(char)[0] in "LN":
            assert fold(char), char
    assert fold(text).count("?") == unicodedata.normalize("NFKD", text).count("?")
