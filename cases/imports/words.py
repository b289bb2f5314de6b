"""What is wrong with a file: in English for who types commands, in French for who is at the
console. A complaint is kept as the English text and its values, and told in either. Pure."""

from dataclasses import dataclass
from typing import Any, Final

ENGLISH, FRENCH = "en", "fr"


@dataclass(frozen=True, slots=True)
class Said:
    """`english`: one of those below; `values`: what stands in its {braces}."""

    english: str
    values: tuple[tuple[str, Any], ...] = ()

    def told(self, language: str) -> str:
        text = _FRENCH[self.english] if language == FRENCH else self.english
        return text.format(**dict(self.values))

    def __str__(self) -> str:
        return self.told(ENGLISH)


def say(english: str, **values: Any) -> Said:
    return Said(english, tuple(values.items()))


_FRENCH: Final = {
    # Of a file
    "an old Excel file (.xls): save it as .xlsx or as CSV UTF-8": (
        "un ancien fichier Excel (.xls) : enregistrez-le en .xlsx ou en CSV UTF-8"
    ),
    'no CSV from here on: {problem}: look for a lone "': (
        "plus de CSV à partir d'ici : {problem} : cherchez un \" tout seul"
    ),
    "no encoding {encoding}: such as utf-8 or cp1252": (
        "pas d'encodage {encoding} : par exemple utf-8 ou cp1252"
    ),
    "line {line} is not {encoding}: name another encoding": (
        "la ligne {line} n'est pas en {encoding} : dites un autre encodage"
    ),
    "neither UTF-8 nor Windows-1252: save it as CSV UTF-8": (
        "ni UTF-8 ni Windows-1252 : enregistrez-le en CSV UTF-8"
    ),
    "not UTF-8: read as Windows-1252; look at a name with accents before you go on": (
        "pas en UTF-8 : lu en Windows-1252 ; regardez un nom avec accents avant de continuer"
    ),
    "more than 400 MB once unpacked: cut it into several files": (
        "plus de 400 Mo une fois ouvert : coupez-le en plusieurs fichiers"
    ),
    "no Excel workbook: save it as .xlsx or as CSV UTF-8": (
        "pas un classeur Excel : enregistrez-le en .xlsx ou en CSV UTF-8"
    ),
    "read from {title}, the first of {count} sheets": (
        "lu dans la feuille {title}, la première de {count}"
    ),
    # Of its columns
    "no column {name} here: there are {known}": "pas de colonne {name} ici : il y a {known}",
    "no column {name} in the file: it has {known}": (
        "pas de colonne {name} dans le fichier : il a {known}"
    ),
    "two columns are {our}: {one} and {other}": "deux colonnes sont {our} : {one} et {other}",
    "no column {ours}: the first line has to name the columns; where yours is called otherwise, "
    "say so with --map": (
        "pas de colonne {ours} : la première ligne doit nommer les colonnes comme ci-dessous"
    ),
    "not read: the columns {names}": "colonnes qui ne sont pas lues : {names}",
    # Of a row
    "write it, or a reference: else it is opened every time": (
        "écrivez-la, ou une référence : sinon le dossier est ouvert à chaque fois"
    ),
    "after since ({since}): a dossier is received first": (
        "après since ({since}) : un dossier est d'abord reçu"
    ),
    "{count} characters: shorten it to {most}": "{count} signes : raccourcissez à {most}",
    "{written} is none: ten digits, as on the receipt": (
        "{written} n'en est pas une : dix chiffres, comme sur le reçu"
    ),
    "write one of {known}": "écrivez l'un de : {known}",
    "{written} is not here: there are {known}": "{written} n'est pas connu : il y a {known}",
    "no stage of {type} is {status}: there are {known}": (
        "aucune étape de {type} n'est {status} : il y a {known}"
    ),
    "{code}: you import for {only} alone: take the row out": (
        "{code} : vous importez pour {only} seulement : enlevez la ligne"
    ),
    "{office} is of the agency {own}, not of {named}": (
        "{office} est de l'agence {own}, pas de {named}"
    ),
    "whose key? {office} has no agency: name one (--agency)": (
        "la clé de qui ? {office} n'a pas d'agence : l'administrateur lui en donne une"
    ),
    "{status}, but the stage {stage} is {has}: mend one of them": (
        "{status}, mais l'étape {stage} est {has} : corrigez l'un des deux"
    ),
    "no phone number: write it such as +221770000001": (
        "pas un numéro de téléphone : écrivez par exemple +221770000001"
    ),
    "{written}: write a year, from 1900 to {last}": (
        "{written} : écrivez une année, de 1900 à {last}"
    ),
    "write what is missing, several by a ;": "écrivez ce qui manque, séparé par des ;",
    "{count} of them: {most} at most": "{count} : {most} au plus",
    "{written}…: shorten it to {most} characters": "{written}… : raccourcissez à {most} signes",
    "{written}: write a day such as 2026-12-24": (
        "{written} : écrivez un jour, par exemple 2026-12-24 ou 24/12/2026"
    ),
    "{day} is to come: write the day on which it was so": (
        "le {day} est à venir : écrivez le jour où c'était ainsi"
    ),
    # Of a dossier that is there; what a rule says by itself is told as it is
    "{problem}": "{problem}",
    "it is {type}: a dossier keeps its type": "il est {type} : un dossier garde son type",
    "that of {key} is {reference}": "celle de {key} est {reference}",
    "it is {stage} since {since}, after this row's since: take the row out, or write since when it "
    "is so now": (
        "il est {stage} depuis le {since}, après le since de cette ligne : enlevez la ligne, ou "
        "écrivez depuis quand il en est là"
    ),
    "no event leads to {stage}: write {other}": "rien ne mène à {stage} : écrivez {other}",
    "{stage} leads to {can}, and by no way to {to}": (
        "{stage} mène à {can}, et par aucun chemin à {to}"
    ),
    "write it: its holder is told": "écrivez-le : il est dit à la personne",
    "the dossier is at {office}, and you import for {only} alone": (
        "le dossier est à {office}, et vous importez pour {only} seulement"
    ),
    "the same dossier as line {line}: keep the one that is true": (
        "le même dossier que la ligne {line} : gardez celle qui est vraie"
    ),
}
