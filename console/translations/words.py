"""What the pages of translations say in words: states, groups, faults, kinds of values."""

from typing import Final

from console.speaking import N_, _, ngettext
from console.translations.shelf import BOARD, LISTS, MENUS, NAMES, SMS, TO_DO, WORDS
from locales.faults import INSTEAD, Fault, Sort
from locales.values import Kind
from menus.checks.budget import Problem, Verdict

STATE_NAMES: Final = {
    "reviewed": N_("Relu"),
    "draft": N_("Brouillon"),
    "stale": N_("À refaire"),
    "missing": N_("Manque"),
}
FILTER_NAMES: Final = {"": N_("Tous"), TO_DO: N_("À faire"), **STATE_NAMES}
FAMILY_NAMES: Final = {
    MENUS: N_("Menus"),
    SMS: N_("SMS"),
    BOARD: N_("Tableau et ticket"),
    LISTS: N_("Listes et noms"),
}
_GROUP_NAMES: Final = {
    WORDS: N_("Mots communs des menus"),
    SMS: N_("SMS"),
    BOARD: N_("Tableau et ticket"),
    LISTS: N_("Mots des listes"),
    NAMES: N_("Noms des bureaux et des papiers"),
}
_FORMS: Final = {
    "zero": N_("zéro"),
    "one": N_("un seul"),
    "two": N_("deux"),
    "few": N_("quelques-uns"),
    "many": N_("beaucoup"),
    "other": N_("plusieurs"),
}


def group_name(group: str) -> str:
    """A tree goes by its own name."""
    return _(_GROUP_NAMES[group]) if group in _GROUP_NAMES else _("Menu %(name)s", name=group)


def fault(one: Fault) -> str:
    """What is wrong, and how to mend it."""
    return _(
        _FAULTS[one.sort],
        about=_sign(one),
        count=one.count,
        wanted=_wanted(one),
        most=len(one.wanted),
    )


def _sign(one: Fault) -> str:
    return f"U+{ord(one.about):04X}" if one.sort == "unseen" else one.about


def _wanted(one: Fault) -> str:
    if one.sort == "forms":
        return ", ".join(_(_FORMS[name]) for name in one.wanted)
    if one.sort == "dear":
        return INSTEAD.get(one.about, "").partition(",")[0]
    return ", ".join(one.wanted)


_FAULTS: Final[dict[Sort, str]] = {
    "lacks": N_("Il manque {%(about)s} : écrivez-le tel quel, là où la valeur doit venir."),
    "added": N_("{%(about)s} n'est pas dans le français : enlevez-le, ou corrigez son nom."),
    "forms": N_("%(about)s : il faut %(most)s formes, dans cet ordre : %(wanted)s."),
    "no_number": N_("%(about)s : %(wanted)s n'est pas un nombre, aucun mot ne le suit."),
    "unseen": N_("Il y a un signe invisible ou un saut de ligne (%(about)s) : effacez-le."),
    "at": N_("« @ » arrive en « ¡ » sur certains réseaux : écrivez l'adresse en mots."),
    "dear": N_("« %(about)s » compte double et se perd parfois : écrivez « %(wanted)s »."),
    "long": N_("%(count)s signes au plus long, %(wanted)s permis : raccourcissez."),
    "segments": N_("%(count)s SMS au plus long, %(wanted)s permis : raccourcissez ou pliez."),
    "link": N_("« %(about)s » : pas de lien dans un SMS, nommez le code à composer."),
}
_VERDICTS: Final[dict[Problem, str]] = {
    "no_room": N_("L'écran n'a plus de place pour une seule lettre : raccourcissez."),
    "question": N_("Une question tient sur une page, celle-ci en prend %(pages)s : raccourcissez."),
    "no_item": N_("Le texte ne laisse pas de place à un élément de la liste : raccourcissez."),
    "pages": N_("%(pages)s pages, 3 au plus : raccourcissez."),
    "options": N_("%(pages)s pages de choix, une seule serait mieux : raccourcissez."),
    "end": N_("%(pages)s pages à la fin, où peu de gens tournent la page : raccourcissez."),
}


def verdict(one: Verdict) -> str:
    return _(_VERDICTS[one.problem], pages=one.pages)


def kind(one: Kind) -> str:
    """What a value may hold."""
    length = len(one.longest)
    family = one.family
    if family in ("text", "plain text", "plain"):
        return ngettext(
            "des mots, %(num)s signe au plus", "des mots, %(num)s signes au plus", length
        )
    if family == "number":
        return _("un nombre, jusqu'à %(most)s", most=one.longest)
    if family == "digits":
        return ngettext("%(num)s chiffre au plus", "%(num)s chiffres au plus", length)
    said = _(_KIND_NAMES.get(family, N_("une valeur")))
    return _("%(what)s, comme %(example)s", what=said, example=one.longest) if one.longest else said


_KIND_NAMES: Final = {
    "date": N_("un jour"),
    "moment": N_("un jour et une heure"),
    "amount": N_("une somme"),
    "reference": N_("un numéro de dossier"),
    "year": N_("une année"),
    "pin": N_("un code secret"),
    "phone": N_("un numéro de téléphone"),
    "language": N_("une langue"),
    "picked": N_("un choix dans une liste"),
}
