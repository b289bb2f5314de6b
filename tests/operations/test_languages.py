"""`flask locales status`: figures that agree with the catalogues and the table of letters."""

from cases.statuses import STATUSES
from locales.catalogues import FOLDED, NAMES
from operations.languages import measured, over_budget


def test_every_language_is_whole_and_within_its_budget_in_the_letters_it_is_sent_in(office):
    shown = office.app.test_cli_runner().invoke(args=["locales", "status"]).output
    for language, name in NAMES.items():
        one = measured(language)
        assert one.translated == one.total >= 70
        assert f"{language} {name}" in shown
        if language in FOLDED:
            # What an agency says of a dossier in its own words may run on to a second page.
            assert set(over_budget(language)) <= set(STATUSES)


def test_folding_costs_no_more_than_keeping():
    for language in NAMES:
        one = measured(language)
        assert one.folded.pages <= one.kept.pages
        assert one.folded.segments <= one.kept.segments
    for language in ("wo", "bm"):
        assert measured(language).folded.pages < measured(language).kept.pages


def test_french_is_the_source_and_needs_no_review():
    assert measured("fr").states.keys() == {"source"}
    assert measured("wo").states["draft"] == measured("wo").total
