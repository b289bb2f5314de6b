"""What stands in the way of a publication, and how a story fails, in words that say what to do."""

from typing import Final

from console.menus.defects import said
from console.speaking import N_, _
from menus.models import TreePublication
from menus.source import Complaint
from menus.stories import StoryFailed
from menus.versions import SHIPPED

_REFUSED: Final = {
    "saved": N_(
        "%(who)s a enregistré ce brouillon depuis que vous avez ouvert la page. Regardez ce qui a "
        "changé, puis recommencez."
    ),
    "there": N_(
        "%(who)s a enregistré un brouillon de ce menu. Pour le mettre de côté (il pourra être "
        "repris), cochez cette case et choisissez encore le fichier."
    ),
    "gone": N_("Ce brouillon n'est plus là : quelqu'un l'a publié ou abandonné."),
    "outdated": N_(
        "%(who)s a publié une autre version depuis que ce brouillon a été commencé. Comparez, puis "
        "fondez le brouillon sur la version en service."
    ),
    "unapproved": N_(
        "Une autre personne doit d'abord approuver ce brouillon : demandez-le à un collègue."
    ),
    "own": N_("Vous avez travaillé à ce brouillon : une autre personne doit l'approuver."),
    "code": N_("Le menu %(who)s se compose déjà avec ce code : choisissez un autre code."),
    "unknown": N_("Cette version n'existe pas : choisissez-en une dans l'historique."),
    "errors": N_("Il reste des erreurs : corrigez-les, puis publiez."),
    "story": N_(
        "Une conversation ne tient plus : corrigez le menu, ou cochez la case pour publier malgré "
        "elle."
    ),
    "changed": N_("Le brouillon a changé depuis : il faut programmer la publication à nouveau."),
}
_STORIES: Final = {
    "shows": N_("L'écran devrait montrer « %(expected)s »."),
    "hides": N_("L'écran ne devrait pas montrer « %(expected)s »."),
    "ended": N_(
        "La conversation finit ici ; il devait encore être possible de taper %(expected)s."
    ),
    "goes_on": N_("La conversation devrait finir ici."),
    "ends": N_("La conversation ne devrait pas finir ici."),
    "broken": N_("Elle ne peut plus être racontée à ce menu."),
}


def refused(why: str, who: str = "") -> str:
    return _(_REFUSED.get(why, _REFUSED["changed"]), who=who or _("Quelqu'un"))


def story(failed: StoryFailed) -> str:
    return _(_STORIES[failed.why], expected=failed.expected)


def note(publication: TreePublication) -> str:
    """Why it was published, as somebody wrote it; of what came with a release, in our words."""
    if publication.published_by == SHIPPED:
        return _("Venue avec Guichet.")
    return publication.note


def defect(complaint: Complaint) -> str:
    return said(complaint.message)
