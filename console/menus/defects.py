"""What the checks of trees say, in the words of the console. They speak English, which terminals
and editors show; here the same is said in French, with the way to mend it."""

import re
from typing import Final

from console.speaking import language

# As the checks write it, and as it is said here; what stands in braces is taken over.
_FRENCH: Final = {
    "no room for a single letter beside the navigation: shorten the words": (
        "pas la place d'une lettre à côté de la navigation : raccourcissez"
    ),
    "{where}: a question must stand on one page: shorten it": (
        "{where} : une question tient sur une page. Raccourcissez-la."
    ),
    "{where}: the text leaves no room for one item of the list: shorten it": (
        "{where} : le texte ne laisse pas de place à la liste. Raccourcissez-le."
    ),
    "{where}: {pages} pages, {most} at most: shorten it, or make two screens of it": (
        "{where} : {pages} pages, {most} au plus. Raccourcissez, ou faites-en deux écrans."
    ),
    "{where}: {pages} pages of options, one is best: shorten or drop some": (
        "{where} : {pages} pages de choix, une suffit. Raccourcissez, ou retirez-en."
    ),
    "{where}: {pages} pages at an end, where few turn the page: shorten it": (
        "{where} : {pages} pages à la fin, où peu tournent la page. Raccourcissez."
    ),
    "{where}: no room for a single letter beside the navigation: shorten the words": (
        "{where} : pas la place d'une lettre à côté de la navigation. Raccourcissez."
    ),
    "{count} actions and lists in a row: {most} at most, show a screen": (
        "{count} actions et listes de suite, {most} au plus : montrez un écran entre elles."
    ),
    "every option has a condition: add one for those of whom none holds": (
        "Chaque choix a une condition : ajoutez-en un pour tous les autres."
    ),
    "the list may be empty: say under `empty` where to go then, or add an option": (
        "La liste peut être vide : dites où aller alors, ou ajoutez un choix."
    ),
    "{pages} pages in UCS-2 ({units} units), {fewer} in GSM-7 letters ({short} septets): "
    "let a speaker choose between letters and length": (
        "{pages} pages avec ses lettres, {fewer} en lettres simples : à un locuteur de choisir."
    ),
    "no check {name}: there are {names}": "Aucun contrôle {name} : il y a {names}.",
    "nothing is at least {least} and at most {most}: change one": (
        "Rien n'est au moins {least} et au plus {most} : changez l'un des deux."
    ),
    "{name} goes from {least} to {most}: stay within": (
        "« {name} » va de {least} à {most} : restez entre les deux."
    ),
    "`least` and `most` mean nothing beside `among`: take them out": (
        "Minimum et maximum n'ont pas de sens pour une liste de mots : videz-les."
    ),
    "{word} can't be typed, or not told from another: write another word": (
        "{word} ne peut pas être tapé, ou ressemble à un autre : écrivez un autre mot."
    ),
    "nobody can tell {name}: there are {names}": (
        "Personne ne connaît la condition {name} : il y a {names}."
    ),
    "{value} is {now} here, but {taker} (on {screen}) takes a {kind}: {remedy}, "
    "or keep this under another name": (
        "Ici {value} est {now}, mais {taker} (écran {screen}) attend autre chose ({kind}) : "
        "donnez-lui un autre nom."
    ),
    "reads the same as option {number} in {languages}: reword one": (
        "Se lit comme le choix {number} ({languages}) : changez l'un des deux."
    ),
    "begins with a number in {languages}, and its own is {own}: begin with a word, "
    "lest the wrong one is typed": (
        "Commence par un chiffre ({languages}) alors que le sien est {own} : commencez par un mot."
    ),
    "{count} numbers{listing}, but {next} turns the page: take {more} out, "
    "or give them a screen of their own": (
        "{count} numéros, mais {next} tourne la page : retirez-en {more}, "
        "ou donnez-leur un écran à part."
    ),
    "{value} is a {kind} here, a {other} elsewhere: rename one": (
        "{value} est « {kind} » ici, « {other} » ailleurs : changez un des noms."
    ),
    "{name} is no placeholder: write its name in small letters, no blanks": (
        "{name} n'est pas une valeur : écrivez son nom en petites lettres, sans espaces."
    ),
    "{value} is not known here on every way: fetch it before, or rename it": (
        "{value} n'est pas connu ici sur tous les chemins : demandez-le avant, ou corrigez le nom."
    ),
    "{value} is a choice from a list, not words: show what an action gives": (
        "{value} est un choix de liste, pas des mots : montrez ce qu'une action donne."
    ),
    "a sentence of {count} words, “{start}…”: cut it, {most} at most": (
        "Une phrase de {count} mots (« {start}… ») : coupez-la, {most} au plus."
    ),
    "“{word}” has {count} letters, {most} at most: write a shorter word": (
        "« {word} » a {count} lettres, {most} au plus : prenez un mot plus court."
    ),
    "{plural} has {count} forms: write {wanted}": (
        "{plural} a {count} formes : écrivez celles-ci : {wanted}."
    ),
    "{plural} agrees with {name}, which is no number": (
        "{plural} s'accorde avec {name}, qui n'est pas un nombre."
    ),
    "no way leads here{also} from the start or home: add one, or take it out": (
        "Aucun chemin ne mène ici : ajoutez un choix qui y mène, ou supprimez l'écran."
    ),
    "no way from home comes to an end: give a last screen `end: true`": (
        "Aucun chemin depuis l'accueil ne finit : donnez une fin à un dernier écran."
    ),
    "from home, only those of whom {who} holds come to an end (in {languages}): "
    "lead to one by options that everybody sees": (
        "Depuis l'accueil, seuls ceux de {who} arrivent à une fin ({languages}) : "
        "menez-y par des choix que tous voient."
    ),
    "no way on, and no 0 or 00 here: add `go`, or `end: true`": (
        "Pas de suite, et ni 0 ni 00 ici : choisissez une suite, ou la fin."
    ),
    "may come back here by {name} and never show anything: lead to a screen with text": (
        "Peut revenir ici par {name} sans rien montrer : menez à un écran avec un texte."
    ),
    "{count} with the question below it, too much: shorten either": (
        "{count} signes avec la question dessous, c'est trop : raccourcissez l'un ou l'autre."
    ),
    "no source {name}: there are {names}": "Aucune liste {name} : il y a {names}.",
    "no action {name}: there are {names}": "Aucune action {name} : il y a {names}.",
    "{name} needs `with: [{given}]`": "{name} prend, dans cet ordre : {given}.",
    "{name} may end as {outcome}: say under `outcomes` where that goes": (
        "{name} peut finir par « {outcome} » : dites où aller alors."
    ),
    "{name} never ends as {outcome}: take it out": (
        "{name} ne finit jamais par « {outcome} » : retirez-le."
    ),
    "{word} is shown as {value}, in each language, and handed to {taker} as it is: "
    "set two values, one for each": (
        "{word} est montré ({value}) et donné à {taker} : retenez-le sous deux noms."
    ),
    "{count} options, of which {most} are read: move some to a further screen": (
        "{count} choix, dont {most} sont lus : mettez-en sur un autre écran."
    ),
    "an option of {count} letters, {most} at most: shorten it": (
        "Un choix de {count} lettres, {most} au plus : raccourcissez."
    ),
    "{sign} is not seen on a phone, or breaks its lines: take it out": (
        "{sign} ne se voit pas sur un téléphone, ou coupe ses lignes : retirez-le."
    ),
    "'@': some gateways send ¡ for it: write {instead}": (
        "« @ » arrive parfois comme « ¡ » : écrivez l'adresse en mots."
    ),
    "{sign}: takes two septets, and some phones drop it: write {instead}": (
        "{sign} prend deux places, et manque sur certains téléphones : écrivez autre chose."
    ),
    "goes to {name}, which is no screen: name one or write it": (
        "Mène à « {name} », qui n'existe pas : choisissez un écran."
    ),
    "{text} is not translated: translate it": "À traduire.",
    "{text} has changed since it was translated: translate it again": (
        "Le français a changé depuis : traduisez à nouveau, ou dites que cela va encore."
    ),
    "the translation of {text} lacks {lost}: write the placeholders of the French": (
        "Il manque {lost} : gardez les valeurs du français."
    ),
    "the translation of {text} has {added}, unlike the French: write the placeholders of the "
    "French": "{added} n'est pas dans le français : retirez-le.",
    "goals: {count} screens from home to {name}, {most} wanted: shorten the way": (
        "{count} écrans de l'accueil à {name}, {most} voulus : raccourcissez le chemin."
    ),
    "goals: no way leads from home to {name}: add one": (
        "But : aucun chemin ne mène de l'accueil à {name} : ajoutez-en un."
    ),
}

_HOLE = re.compile(r"\\\{([a-z]+)\\\}")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub(r"(?P<\1>.*?)", re.escape(english)), re.DOTALL)


_PATTERNS: Final = [(_pattern(english), french) for english, french in _FRENCH.items()]
_WHERE: Final = re.compile(r"in (\w+) on ([^:]+?)((?:, as the first screen)?(?:, .+)?)$", re.DOTALL)


def said(message: str) -> str:
    """A complaint in the page's language; in English what is not known here."""
    return message if language() == "en" else in_french(message) or message


def in_french(message: str) -> str | None:
    for pattern, french in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            return french.format_map({name: _where(one) for name, one in _taken(found)})
    return None


def _taken(found: re.Match[str]) -> list[tuple[str, str]]:
    return [(name, value or "") for name, value in found.groupdict().items()]


def _where(value: str) -> str:
    """`in wo on hubtel, usual, as the first screen, 170 of 160 septets`, in French."""
    found = _WHERE.fullmatch(value)
    if found is None:
        return value
    size = re.search(r"(\d+) of (\d+) (septets|UCS-2 units)", value)
    used = f" : {size[1]} sur {size[2]}" if size else ""
    first = ", comme premier écran" if "as the first screen" in value else ""
    names = found[2].split(", ")
    network = names[0] if len(names) == 1 else f"{names[0]} et {len(names) - 1} autres"
    return f"Trop long en {found[1]} chez {network}{first}{used}"
