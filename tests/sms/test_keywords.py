"""What is understood of an SMS, in every language and spelling."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.catalogues import NAMES
from sms import keywords
from sms.keywords import (
    CANCEL,
    COMPLAIN,
    EMAIL,
    HELP,
    HERE,
    LANGUAGE,
    LATE,
    NUMBER,
    START,
    STATUS,
    STOP,
    TICKET,
    UNKNOWN,
    label_in,
    language_of,
    reference_in,
    understand,
)
from sms.texts import all_texts, longest_body

WORDS = [
    (keyword, word)
    for keyword, languages in keywords._WORDS.items()
    for words in languages.values()
    for word in words.split()
]


@pytest.mark.parametrize(
    ("text", "keyword", "rest"),
    [
        ("STATUT 1234567889", STATUS, "1234567889"),
        ("status: 123 456 7889", STATUS, "123 456 7889"),
        ("Statut123-456-7889.", STATUS, "123-456-7889"),
        ("1234567889", STATUS, "1234567889"),
        ("123 456 7889", STATUS, "123 456 7889"),
        ("N° 123.456.7889", STATUS, "° 123.456.7889"),
        ("statut", STATUS, ""),
        ("Tiket", TICKET, ""),
        ("ticket a 12", TICKET, "a 12"),
        ("PLAINTE mairie, trop long", COMPLAIN, "mairie, trop long"),
        ("Réclamation", COMPLAIN, ""),
        ("diambat", COMPLAIN, ""),
        ("korafi 7889", COMPLAIN, "7889"),
        ("ANNULER", CANCEL, ""),
        ("annulé A012", CANCEL, "A012"),
        ("Cancel!", CANCEL, ""),
        ("AIDE", HELP, ""),
        ("aidez", UNKNOWN, None),
        ("Ndimbal", HELP, ""),
        ("Ballal", HELP, ""),
        ("?", HELP, ""),
        ("LANGUE WO", LANGUAGE, "WO"),
        ("LANGUAGE  english", LANGUAGE, "english"),
        ("Wolof", LANGUAGE, "wo"),
        ("wo", UNKNOWN, None),
        ("EMAIL Awa@Exemple.org", EMAIL, "Awa@Exemple.org"),
        ("E-mail: stop", EMAIL, "stop"),
        ("Retard A012", LATE, "A012"),
        ("je suis en retard", LATE, ""),
        ("I'm late!", LATE, ""),
        ("LA", HERE, ""),
        ("Je suis là.", HERE, ""),
        ("i am here", HERE, ""),
        ("La mairie est ouverte ?", UNKNOWN, None),
        ("je suis malade", UNKNOWN, None),
        ("je suis stop", UNKNOWN, None),
        ("5", NUMBER, "5"),
        (" 10. ", NUMBER, "10"),
        ("0", NUMBER, "0"),
        ("٤", NUMBER, "4"),
        ("11", UNKNOWN, None),
        ("-5", UNKNOWN, None),
        ("4/5", UNKNOWN, None),
        ("5 sur 5", UNKNOWN, None),
        ("", UNKNOWN, None),
        ("bonjour", UNKNOWN, None),
    ],
)
def test_what_is_understood(text, keyword, rest):
    meant = understand(text)
    assert meant.keyword == keyword
    if rest is not None:
        assert meant.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", " Stop. ", "*STOP#", ".stop", "« Stop »", "STOP!!!", "S\u200bTOP"),
        *("ARRET", "Arrêt", "arrêter", "quitter", "Génn", "GENN", "guenn", "Yaltude", "yaltoudé"),
        *("iwde", "unsubscribe"),
    ],
)
def test_stop_alone_stops(text):
    assert understand(text).keyword == STOP


@pytest.mark.parametrize(
    "text",
    [
        *("STOP 12345", "stop it please", "stop sms", "STOP STOP", "non stop", "ne stop pas"),
        *("stopper", "arret de bus", "genn ci", "s t o p", "START 5", "je veux START"),
    ],
)
def test_stop_and_start_among_other_words_are_not_guessed_at(text):
    assert understand(text).keyword == UNKNOWN


@pytest.mark.parametrize("text", ["START", "Entrer", "join", "Duggu", "douggou", "naatde", "YOKK"])
def test_start_alone_begins_again(text):
    assert understand(text).keyword == START


@pytest.mark.parametrize("text", ["oui", "yes", "waaw", "ok", "d'accord"])
def test_a_yes_to_who_knows_what_is_no_consent(text):
    assert understand(text).keyword == UNKNOWN


def test_no_word_has_two_meanings():
    assert all(understand(word).keyword == keyword for keyword, word in WORDS)


@given(st.text())
def test_anything_at_all_is_understood_or_not(text):
    meant = understand(text)
    assert meant.keyword in {UNKNOWN, NUMBER, *keywords._WORDS}
    assert language_of(text) is None or language_of(text) in NAMES
    reference_in(text)
    label_in(text)


@given(
    st.sampled_from(WORDS),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(["NFC", "NFD", "bare"]),
    st.text(alphabet=" \t\n.*#!\u00a0", max_size=4),
    st.text(alphabet=" \t\n.*#!?\u00a0", max_size=4),
)
def test_capitals_accents_blanks_and_signs_do_not_matter(chosen, case, accents, before, after):
    keyword, word = chosen
    if accents == "bare":
        letters = unicodedata.normalize("NFD", word)
        written = "".join(one for one in letters if not unicodedata.combining(one))
    else:
        written = unicodedata.normalize(accents, word)
    assert understand(f"{before}{case(written)}{after}").keyword == keyword


@given(st.lists(st.sampled_from("0123456789"), min_size=10, max_size=10), st.data())
def test_a_reference_is_one_in_any_grouping(digits, data):
    gaps = [data.draw(st.sampled_from(["", " ", "-", ".", " - "])) for _ in digits]
    grouped = "".join(digit + gap for digit, gap in zip(digits, gaps, strict=True))
    meant = understand(f"STATUT {grouped}")
    assert (meant.keyword, reference_in(meant.rest)) == (STATUS, "".join(digits))


@pytest.mark.parametrize("rest", ["", "123", "12345678890", "abc"])
def test_other_digits_are_no_reference(rest):
    assert reference_in(rest) is None


@pytest.mark.parametrize(
    ("rest", "language"),
    [
        *(("WO", "wo"), ("ouolof", "wo"), ("Français", "fr"), ("french", "fr"), ("Peul", "ff")),
        *(("Bamanankan", "bm"), ("KISWAHILI", "sw"), ("português", "pt"), ("haoussa", "ha")),
        *(("klingon", None), ("", None), ("12", None)),
    ],
)
def test_a_language_is_known_by_its_code_and_its_names(rest, language):
    assert language_of(rest) == language


@pytest.mark.parametrize(
    ("rest", "label"), [("A012", "A012"), ("a 12", "A012"), ("le b-3", "B003"), ("12", None)]
)
def test_a_ticket_s_label_is_read_as_people_write_it(rest, label):
    assert label_in(rest) == label


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("name", all_texts())
def test_what_a_text_tells_one_to_send_is_understood(name, language):
    """Words in capitals are keywords, or the languages' codes; whatever else would mislead."""
    codes = {code.upper() for code in NAMES}
    for word in re.findall(r"\b[A-Z]{3,}\b", longest_body(name, language)):
        if word not in codes and word not in ("SMS", "PIN", "CNI", "FCFA"):
            assert understand(word).keyword != UNKNOWN, word
