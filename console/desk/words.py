"""What happens at a desk, in words: what was done, what happened instead, why something is not
possible."""

from typing import Final

from console.speaking import N_, _
from queues.moves import Bar, NotPossible

# An event's kind -> what happened to the ticket.
HAPPENED: Final = {
    "joined": N_("%(label)s a été pris"),
    "called": N_("%(label)s est appelé"),
    "recalled": N_("%(label)s est rappelé"),
    "started": N_("%(label)s est au guichet"),
    "held": N_("%(label)s est mis de côté"),
    "resumed": N_("%(label)s reprend au guichet"),
    "done": N_("%(label)s est terminé"),
    "no_show": N_("%(label)s est noté absent"),
    "returned": N_("%(label)s est de retour dans la file"),
    "moved_back": N_("%(label)s a demandé plus de temps"),
    "cancelled": N_("%(label)s est annulé"),
    "transferred": N_("%(label)s est transféré"),
    "expired": N_("%(label)s a expiré à la fermeture"),
    "undone": N_("%(label)s est de nouveau comme avant"),
}

_NOT_NOW: Final = N_("Ce n'est plus possible : ce ticket a avancé entre-temps.")
NOT_POSSIBLE: Final[dict[Bar, str]] = {
    Bar.COUNTER_TAKEN: N_("Quelqu'un d'autre est à ce guichet."),
    Bar.COUNTER_BUSY: N_(
        "Une personne est à ce guichet : finissez avec elle, mettez-la de côté ou transférez-la."
    ),
    Bar.RECALLED_ENOUGH: N_("Deux rappels suffisent : notez la personne absente."),
    Bar.NOBODY_HERE: N_("Il n'y a personne à votre guichet."),
    Bar.NOT_YOURS: N_("On n'annule que sa propre dernière étape, dans le quart d'heure."),
    Bar.TAKEN_UP: N_("On s'occupe déjà de cette personne là-bas."),
    Bar.MOVED_ON: _NOT_NOW,
    Bar.TOO_LATE: N_("Le délai pour revenir est passé : donnez un nouveau ticket."),
    Bar.NOWHERE: N_("Choisissez à quel service ou à quel guichet transférer."),
    Bar.ONCE_ONLY: N_("Cette personne a déjà demandé plus de temps une fois."),
}

OUTCOMES: Final = {
    "served": N_("Traité"),
    "to_return": N_("À revenir"),
    "misdirected": N_("Mal orienté"),
    "refused": N_("Refusé"),
}

PRIORITIES: Final = {
    "elderly": N_("Personne âgée"),
    "pregnant": N_("Femme enceinte"),
    "disabled": N_("Handicap"),
}

# One key each, where nothing is being typed; each is the access key too.
KEYS: Final = (
    ("n", N_("appeler le suivant")),
    ("s", N_("la personne est là")),
    ("r", N_("rappeler")),
    ("a", N_("absent")),
    ("d", N_("terminer")),
    ("h", N_("mettre de côté")),
    ("t", N_("transférer")),
    ("u", N_("annuler l'étape")),
    ("w", N_("ticket à l'accueil")),
)


def happened(kind: str, label: str) -> str:
    return _(HAPPENED[kind], label=label)


def why(problem: NotPossible) -> str:
    return _(NOT_POSSIBLE[problem.why])
