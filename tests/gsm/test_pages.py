"""Screens cut into USSD pages: first as they read on a phone, then whatever is thrown at them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsm.alphabet import Measure, measure
from gsm.pages import Budget, Option, Page, explained, fit

HOME = (Option("0", "Retour"), Option("00", "Accueil"))
NEXT = Option("98", "Suite")
USSD = Budget(septets=160, units=80)


def screens(pages: tuple[Page, ...]) -> list[str]:
    return [page.text for page in pages]


def numbered(*labels: str) -> list[Option]:
    return [Option(str(number), label) for number, label in enumerate(labels, start=1)]


SERVICES = numbered(
    "Acte de naissance",
    "Certificat de résidence",
    "Légalisation de documents",
    "Registre de commerce",
    "Permis de construire",
    "Taxes et redevances",
    "Réclamation",
)


# As on the phone


def test_a_short_menu_is_one_page_without_suite() -> None:
    (page,) = fit("Mairie de Pikine", SERVICES[:3], HOME, NEXT, USSD)
    assert page.text == (
        "Mairie de Pikine\n"
        "1 Acte de naissance\n"
        "2 Certificat de résidence\n"
        "3 Légalisation de documents\n"
        "0 Retour\n"
        "00 Accueil"
    )
    assert page == Page(
        "Mairie de Pikine", tuple(SERVICES[:3]), HOME, page.text, Measure("GSM-7", 110)
    )


def test_a_long_list_goes_on_with_its_numbers_and_does_not_repeat_its_lead() -> None:
    assert screens(fit("Quel service ?", SERVICES, HOME, NEXT, USSD)) == [
        (
            "Quel service ?\n"
            "1 Acte de naissance\n"
            "2 Certificat de résidence\n"
            "3 Légalisation de documents\n"
            "4 Registre de commerce\n"
            "98 Suite\n"
            "0 Retour\n"
            "00 Accueil"
        ),
        ("5 Permis de construire\n6 Taxes et redevances\n7 Réclamation\n0 Retour\n00 Accueil"),
    ]


def test_suite_takes_room_only_where_it_is_needed() -> None:
    whole = "Choisir\n1 Oui\n2 Non\n0 Retour"
    exact = Budget(septets=len(whole), units=80)
    assert screens(fit("Choisir", numbered("Oui", "Non"), HOME[:1], NEXT, exact)) == [whole]


def test_the_first_page_of_a_session_may_be_shorter() -> None:
    first, second = fit("Mairie", SERVICES[:5], HOME, NEXT, USSD, first=Budget(85, 40))
    assert first.text == (
        "Mairie\n1 Acte de naissance\n2 Certificat de résidence\n98 Suite\n0 Retour\n00 Accueil"
    )
    assert second.text == (
        "3 Légalisation de documents\n4 Registre de commerce\n5 Permis de construire\n"
        "0 Retour\n00 Accueil"
    )


def test_one_letter_outside_gsm7_shortens_its_own_page_only() -> None:
    options = numbered("Certificat de résidence", "Réclamation", "Këyitu juddu", "Permis")
    first, second = fit("Quel service ?", options, HOME, NEXT, USSD)
    assert first.text == (
        "Quel service ?\n1 Certificat de résidence\n2 Réclamation\n98 Suite\n0 Retour\n00 Accueil"
    )
    assert first.measure == Measure("GSM-7", 83)
    assert second.text == "3 Këyitu juddu\n4 Permis\n0 Retour\n00 Accueil"
    assert second.measure == Measure("UCS-2", 43)


def test_a_long_notice_is_cut_after_a_sentence_then_at_words() -> None:
    text = (
        "Votre dossier 123-456-7890 est complet. Il est étudié par la mairie de Pikine. "
        "Vous recevrez un SMS dès que la décision est prise, au plus tard le 12/03 à 17 h, "
        "et vous pourrez alors retirer votre acte au guichet 4 avec votre carte d'identité."
    )
    assert screens(fit(text, (), HOME, NEXT, Budget(120, 60))) == [
        (
            "Votre dossier 123-456-7890 est complet. Il est étudié par la mairie de Pikine.\n"
            "98 Suite\n0 Retour\n00 Accueil"
        ),
        (
            "Vous recevrez un SMS dès que la décision est prise, au plus tard le 12/03 à 17 h, "
            "et vous\n98 Suite\n0 Retour\n00 Accueil"
        ),
        (
            "pourrez alors retirer votre acte au guichet 4 avec votre carte d'identité.\n"
            "0 Retour\n00 Accueil"
        ),
    ]


def test_a_list_of_papers_is_cut_between_lines() -> None:
    text = "Apportez:\n- carte d'identité\n- acte de naissance\n- deux photos récentes\n- 500 FCFA"
    assert screens(fit(text, (), HOME[:1], NEXT, Budget(70, 40))) == [
        "Apportez:\n- carte d'identité\n- acte de naissance\n98 Suite\n0 Retour",
        "- deux photos récentes\n- 500 FCFA\n0 Retour",
    ]


def test_options_follow_the_end_of_a_long_text() -> None:
    text = "Il vous faut une carte d'identité et deux photos. Voulez-vous un ticket ?"
    assert screens(fit(text, numbered("Oui", "Non"), HOME[:1], NEXT, Budget(70, 40))) == [
        "Il vous faut une carte d'identité et deux photos.\n98 Suite\n0 Retour",
        "Voulez-vous un ticket ?\n1 Oui\n2 Non\n0 Retour",
    ]


def test_an_option_longer_than_a_page_is_wrapped_and_can_be_chosen_on_each_part() -> None:
    long = Option("1", "Extrait du registre de commerce et du crédit mobilier")
    other = Option("2", "Patente")
    first, second = fit("", (long, other), HOME[:1], NEXT, Budget(52, 40))
    assert first.text == "1 Extrait du registre de commerce\n98 Suite\n0 Retour"
    assert second.text == "et du crédit mobilier\n2 Patente\n0 Retour"
    assert first.options == (long,)
    assert second.options == (long, other)


def test_a_word_longer_than_a_page_is_cut_but_not_between_a_letter_and_its_accent() -> None:
    pages = fit("o\u0301" * 20, (), (), NEXT, Budget(40, 20))
    assert [page.lead for page in pages] == ["o\u0301" * 5, "o\u0301" * 5, "o\u0301" * 10]


def test_an_emoji_made_of_several_is_not_cut() -> None:
    family, thumb = "👨\u200d👩\u200d👧", "👍🏿"
    pages = fit((family + thumb) * 3, (), (), Option("9", "+"), Budget(40, 18))
    assert [page.lead for page in pages] == [family + thumb, family + thumb, family + thumb]


def test_an_empty_lead_leaves_no_blank_line_and_nothing_at_all_is_one_page() -> None:
    assert screens(fit("", numbered("Oui"), (), NEXT, USSD)) == ["1 Oui"]
    assert screens(fit(" \n", (), HOME, NEXT, USSD)) == ["0 Retour\n00 Accueil"]
    assert screens(fit("", (), (), NEXT, USSD)) == [""]


@pytest.mark.parametrize(
    ("text", "options", "budget"),
    [
        ("", [], Budget(10, 10)),  # navigation alone is longer
        ("Merci beaucoup", [], Budget(18, 18)),  # it leaves nothing
        ("", numbered("Oui"), Budget(18, 18)),
        ("€ " * 20, [], Budget(29, 20)),  # one septet left, and € takes two
    ],
)
def test_an_impossible_budget_is_refused(text: str, options: list[Option], budget: Budget) -> None:
    with pytest.raises(ValueError, match="no room for one character"):
        fit(text, options, HOME, NEXT, budget)


def test_a_page_that_would_be_longer_without_a_letter_outside_gsm7_stays_within_budget() -> None:
    # Ten { are 20 septets, but only 10 units beside a ŋ: with such a budget, shorter may be longer.
    odd, plus = Budget(20, 20), Option("9", "+")
    assert screens(fit("{" * 10 + " ŋ" + "x" * 20, (), (), plus, odd)) == [
        "{" * 10 + " ŋ" + "x" * 4 + "\n9 +",
        "x" * 16,
    ]
    assert screens(fit("{" * 11, (), (), Option("9", "ŋ"), odd)) == ["{" * 10 + "\n9 ŋ", "{"]
    assert screens(fit("", numbered("{{{{{{", "{{"), (), Option("9", "ŋ"), odd)) == [
        "1 {{{{{{\n9 ŋ",
        "2 {{",
    ]


def test_a_wrong_entry_is_explained_above_the_same_page() -> None:
    (page,) = fit("Ouvert ?", numbered("Oui", "Non"), HOME, NEXT, USSD)
    assert explained(page, "Choix 7 inconnu.", USSD) == (
        "Choix 7 inconnu.\nOuvert ?\n1 Oui\n2 Non\n0 Retour\n00 Accueil"
    )


def test_the_reason_takes_the_place_of_the_lead_when_there_is_no_room_for_both() -> None:
    (page,) = fit("Voulez-vous un ticket ?", numbered("Oui", "Non"), HOME, NEXT, USSD)
    assert explained(page, "Choix 7 inconnu.", Budget(60, 40)) == (
        "Choix 7 inconnu.\n1 Oui\n2 Non\n0 Retour\n00 Accueil"
    )


def test_the_reason_is_left_out_when_it_does_not_fit_or_would_shorten_the_page() -> None:
    (page,) = fit("Quel service ?", SERVICES[:4], HOME, NEXT, USSD)
    assert explained(page, "Choix inconnu. " * 5, USSD) == page.text
    assert explained(page, "Choix inconnu…", USSD) == page.text  # … would make it UCS-2
    assert explained(page, "", USSD) == page.text


# Whatever is thrown at them

ALPHABET = (
    "aeinrstlo    .!?\n" * 3
    + "àéèùñÇ€{}[]~|\\^'"
    + "çêëœ’«»…\u00a0"
    + "ŋɓɗƴɲɛɔƙẹṣãõ\u0301"
    + "مرحبا؟😀👍🏿\u200d"
)
PLAIN = "aeinrstlo    .!?\nàéèùñÇ€{}"
words = st.text(alphabet=PLAIN, max_size=250) | st.text(alphabet=ALPHABET, max_size=250)
labels = (st.text(alphabet=PLAIN, max_size=30) | st.text(alphabet=ALPHABET, max_size=70)).map(
    lambda label: " ".join(label.split()) or "Oui"
)
menus = st.lists(labels, max_size=25).map(lambda found: numbered(*found))
navigations = st.sampled_from(
    [(), HOME[:1], HOME, (Option("0", "Ñibbi jàmm"), Option("00", "Këru"))]
)
followings = st.sampled_from([NEXT, Option("9", "Ci kanam ŋ"), Option("#", "{+}")])
# 160 octets are 182 septets or 80 units; but a budget is whatever a provider or a typist says.
budgets = st.builds(Budget, st.integers(45, 182), st.integers(45, 80))

moderate = settings(max_examples=300, deadline=None, derandomize=True)


def squeezed(text: str) -> str:
    """Without the blanks, which are not drawn where a page ends."""
    return re.sub(r"[ \n]", "", text)


def drawn(option: Option) -> str:
    return f"{option.key} {option.label}"


@moderate
@given(words, menus, navigations, followings, budgets, st.none() | budgets)
def test_any_screen_is_cut_without_losing_or_repeating_anything(
    text: str,
    options: list[Option],
    navigation: tuple[Option, ...],
    following: Option,
    budget: Budget,
    first: Budget | None,
) -> None:
    pages = fit(text, options, navigation, following, budget, first)
    *others, last = pages

    # No page over budget, each measured as it is sent.
    for number, page in enumerate(pages):
        assert page.measure == measure(page.text)
        assert (first if first and number == 0 else budget).holds(page.measure)

    # Navigation ends every page, after `following` on all but the last.
    assert last.navigation == navigation
    for page in others:
        assert page.navigation == (following, *navigation)
    for page in pages:
        bottom = "\n".join(map(drawn, page.navigation))
        assert page.text.endswith(bottom)
        assert page.lead or page.options or not (squeezed(text) or options)

    # Every word and label once, in order, the words first.
    bodies = [page.text.removesuffix("\n".join(map(drawn, page.navigation))) for page in pages]
    assert squeezed("".join(bodies)) == squeezed(text + "".join(map(drawn, options)))
    assert squeezed("".join(page.lead for page in pages)) == squeezed(text)
    assert all(page.text.startswith(page.lead) for page in pages)

    # Every option can be chosen where it is drawn; one on two pages was wrapped, so ends the first.
    for page, body in zip(pages, bodies, strict=True):
        for option in page.options[1:-1]:
            assert f"\n{drawn(option)}\n" in f"\n{body}"
    chosen = [option for page in pages for option in page.options]
    assert [option for n, option in enumerate(chosen) if chosen[n - 1 : n] != [option]] == options
    for option in options:
        shown = [page for page in pages if option in page.options]
        assert f"{option.key} {option.label[0]}" in shown[0].text
        if len(shown) == 1:
            assert drawn(option) in shown[0].text


@moderate
@given(words, menus, navigations, followings, budgets)
def test_what_fits_on_one_page_is_one_page(
    text: str,
    options: list[Option],
    navigation: tuple[Option, ...],
    following: Option,
    budget: Budget,
) -> None:
    whole = "\n".join(filter(None, [text.strip(" \n"), *map(drawn, [*options, *navigation])]))
    pages = fit(text, options, navigation, following, budget)
    assert (len(pages) == 1) == budget.holds(measure(whole))


odd = st.text(alphabet="{{{ŋ x", max_size=40)
odd_menus = st.lists(odd.map(str.strip).filter(bool), max_size=8).map(lambda few: numbered(*few))


@moderate
@given(odd | words, odd_menus | menus, followings, st.integers(1, 60), st.integers(1, 60))
def test_an_absurd_budget_is_refused_or_kept(
    text: str, options: list[Option], following: Option, septets: int, units: int
) -> None:
    budget = Budget(septets, units)
    try:
        pages = fit(text, options, (), following, budget)
    except ValueError:
        return
    assert all(budget.holds(page.measure) for page in pages)
    assert squeezed("".join(page.lead for page in pages)) == squeezed(text)
    assert len(pages) == 1 or all(page.lead or page.options for page in pages)
    assert list(dict.fromkeys(option for page in pages for option in page.options)) == options


@moderate
@given(words, menus, budgets, labels)
def test_an_explained_page_keeps_its_choices_and_its_budget(
    text: str, options: list[Option], budget: Budget, reason: str
) -> None:
    for page in fit(text, options, HOME, NEXT, budget):
        shown = explained(page, reason, budget)
        assert budget.holds(measure(shown))
        assert shown.endswith(page.text[len(page.lead) :])


@moderate
@given(st.lists(st.text(alphabet="abcdé", min_size=1, max_size=12), max_size=60), budgets)
def test_words_shorter_than_a_page_are_never_cut(found: list[str], budget: Budget) -> None:
    pages = fit(" ".join(found), (), HOME, NEXT, budget)
    assert [word for page in pages for word in page.lead.split()] == found


def test_a_page_of_options_alone_leaves_room_for_a_reason():
    options = [Option(str(n), f"Fruit numero {n:02d}") for n in range(1, 31)]
    budget = Budget(160, 70)
    pages = fit("Lequel ?", options, (), Option("98", "Suite"), budget, reason="Choix inconnu.")
    assert len(pages) > 2
    for page in pages[1:]:
        assert explained(page, "Choix inconnu.", budget) == f"Choix inconnu.\n{page.text}"
    assert [option for page in pages for option in page.options] == options


def test_a_full_page_of_words_keeps_its_words_after_a_wrong_entry():
    [page] = fit("m" * 150, (), (Option("0", "R"),), Option("98", "Suite"), Budget(160, 70))
    assert explained(page, "Choix inconnu.", Budget(160, 70)) == page.text
