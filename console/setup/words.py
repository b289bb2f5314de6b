"""What is wrong with an office, and why something stays, in words that say how to mend it."""

from collections.abc import Mapping
from typing import Any, Final

from console.speaking import N_, _, ngettext
from queues.setup.files import Fault
from queues.setup.writing import Stays

DAYS: Final = {
    "mon": N_("Lundi"),
    "tue": N_("Mardi"),
    "wed": N_("Mercredi"),
    "thu": N_("Jeudi"),
    "fri": N_("Vendredi"),
    "sat": N_("Samedi"),
    "sun": N_("Dimanche"),
}

_HOURS: Final = N_("%(written)s : écrivez des heures comme 08:00-13:00 14:00-17:00.")
_PATTERNS: Final = {
    "code": N_("De 1 à 20 petites lettres, chiffres et -, comme mairie-annexe."),
    "prefix": N_("Une lettre, de A à Z."),
    "services": N_("Une lettre par service, de A à Z."),
    "phone": N_("Écrivez le numéro comme 33 800 00 00, ou avec + et l'indicatif du pays."),
}
_FAULTS: Final = {
    "missing": N_("Il faut l'écrire."),
    "string_too_short": N_("Il faut l'écrire."),
    "string_too_long": N_("Au plus %(max_length)s caractères : raccourcissez."),
    "greater_than_equal": N_("Écrivez %(ge)s ou plus."),
    "less_than_equal": N_("Écrivez %(le)s ou moins."),
    "int_parsing": N_("Écrivez un nombre entier."),
    "date_from_datetime_parsing": N_("Écrivez un jour comme 2026-12-24."),
    "date_parsing": N_("Écrivez un jour comme 2026-12-24."),
    "extra_forbidden": N_("Ce mot n'est pas connu ici : vérifiez-le, ou enlevez-le."),
    "tuple_type": N_("Écrivez une liste : chaque ligne commence par « - »."),
    "hours_unreadable": _HOURS,
    "hours_backwards": N_("%(written)s : la seconde heure vient après la première, 24:00 au plus."),
    "hours_overlap": N_("%(written)s : une plage commence avant la fin de la précédente."),
    "hours_none": N_("Écrivez des heures comme 08:00-13:00 14:00-17:00, ou enlevez la ligne."),
    "days_unreadable": N_("%(written)s : écrivez des jours comme mon-fri ou sat, de mon à sun."),
    "days_twice": N_("%(written)s : %(day)s a déjà ses heures plus haut."),
    "week_unreadable": N_("Écrivez des jours et des heures, comme mon-fri: 08:00-13:00."),
    "no_zone": N_("%(written)s n'est pas un fuseau : écrivez par exemple Africa/Dakar."),
    "no_country": N_("%(written)s : pas de jours fériés connus. Écrivez un code comme SN."),
    "no_language": N_("Choisissez au moins une langue : %(known)s."),
    "no_agency": N_("%(written)s n'est pas dans « agencies » : ajoutez-le là."),
    "no_service": N_("Ce bureau n'a pas de service %(written)s."),
    "twice": N_("%(written)s existe déjà : choisissez autre chose."),
    "key_twice": N_("%(written)s est aussi à la ligne %(first)s : gardez-en une."),
    "not_yaml": N_("Ce n'est pas du YAML : comparez avec le fichier téléchargé."),
    "not_text": N_("Ce n'est pas du texte YAML : enregistrez-le en UTF-8."),
    "no_offices": N_("Commencez par « offices: » et une liste."),
    "other_agencies": N_("Seul un administrateur change les « agencies »."),
    "other_office": N_("Ce fichier doit nommer ce bureau seul : %(code)s."),
    "day_too_far": N_("Choisissez un jour à partir d'aujourd'hui, dans l'année."),
    "reason_too_long": N_("Au plus 40 caractères : raccourcissez."),
    "same_hours": N_("Ce sont déjà les heures de ce jour."),
    "nothing_to_take_back": N_("Ce jour a déjà ses heures habituelles."),
    "holiday": N_("C'est un jour férié (%(holiday)s) : changez ses heures, ou fermez-le."),
}

# Why it can't be taken away, and what to do.
STAYS: Final[Mapping[tuple[str, Stays], str]] = {
    ("services", Stays.TICKETS): N_(
        "Ce service a donné des tickets : il reste, pour les comptes des jours passés. Pour ne "
        "plus en donner, écrivez 0 à « Tickets par jour » : il n'apparaît plus sur les téléphones."
    ),
    ("counters", Stays.TICKETS): N_(
        "Ce guichet a servi des tickets : il reste, pour les comptes des jours passés. Pour ne "
        "plus s'en servir, enlevez-lui ses services et ses heures."
    ),
    ("counters", Stays.STAFFED): N_(
        "Quelqu'un est à ce guichet. Libérez-le dans la file d'attente, puis recommencez."
    ),
}
_NEEDED: Final = N_("Autre chose s'en sert encore : demandez à l'administrateur.")


def wrong(why: str, values: Mapping[str, Any], where: str = "", otherwise: str = "") -> str:
    """`otherwise`: where there are no words for it."""
    if why == "string_pattern_mismatch" and where in _PATTERNS:
        return _(_PATTERNS[where])
    return _(_FAULTS[why], **values) if why in _FAULTS else otherwise


def fault(one: Fault) -> str:
    return wrong(one.why, one.values, _where(one), one.message)


def named(one: Fault) -> str:
    """With the word of the file that it is about."""
    where, said = _where(one), fault(one)
    return f"{where} : {said}" if where and said != one.message else said


def stays(kind: str, why: Stays, waiting: int = 0) -> str:
    said = _(STAYS.get((kind, why), _NEEDED))
    if not waiting:
        return said
    return f"{said} " + ngettext(
        "%(num)s personne attend encore : elle garde son tour.",
        "%(num)s personnes attendent encore : elles gardent leur tour.",
        waiting,
    )


def changed_by(name: str) -> str:
    """Somebody else was quicker."""
    return _(
        "%(who)s a changé cela depuis que vous avez ouvert la page. Rien n'est enregistré : "
        "comparez, puis enregistrez si votre version est la bonne.",
        who=name or _("Quelqu'un"),
    )


def _where(one: Fault) -> str:
    """The last name on the way there: that of a day stands below its hours."""
    names = [part for part in one.path if isinstance(part, str) and part not in DAYS]
    return names[-1] if names else ""
