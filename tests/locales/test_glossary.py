"""The glossary's words are found in texts whatever their endings."""

import pytest

from locales.catalogues import NAMES
from locales.glossary import _terms, terms


@pytest.mark.parametrize(
    ("french", "term", "said"),
    [
        ("Votre numéro de TÉLÉPHONE ?", "téléphone", "telefoŋ"),
        ("Apportez vos papiers", "document / papier", "kaayit"),
        ("Devant vous : {ahead}", "devant (vous)", "yeeso"),
        ("Ouvert demain", "demain", "jaŋngo"),
    ],
)
def test_a_term_is_found(french, term, said):
    [found] = [one for one in terms("ff", french) if one.french == term]
    assert said in found.said


def test_names_of_values_are_no_words():
    assert terms("ff", "{demain} {telephone}") == []


def test_the_file_speaks_only_languages_of_ours():
    for _ways, row in _terms():
        assert set(row) <= set(NAMES)
        assert all("[" not in said for said in row.values())
