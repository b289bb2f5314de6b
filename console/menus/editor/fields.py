"""Beside which field of the form a complaint belongs."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import ErrorDetails

from console.menus import defects
from console.menus.editor.sheet import Sheet
from console.speaking import N_
from locales.catalogues import SOURCE
from menus.source import Complaint, Path

WHOLE: Final = "screen"  # what is of no field

_SIZE: Final = re.compile(r" of (\d+) (?:septets|UCS-2 units)")
_CHANGED: Final = "has changed since it was translated"
_LISTED: Final = {"as": "list-as", "go": "list-go", "empty": "list-empty"}
_PLAIN: Final = ("wrong", "go", "as", "check", "least", "most", "tries", "otherwise", "do")


@dataclass(frozen=True, slots=True)
class Remark:
    severity: str
    said: str


Remarks = Mapping[str, Sequence[Remark]]


def remarks(sheet: Sheet, complaints: Sequence[Complaint]) -> Remarks:
    """By field, what is to be said of this screen, the worst first."""
    found: dict[str, list[Remark]] = defaultdict(list)
    ranks = ("error", "warning", "hint")
    tightest: set[tuple[object, ...]] = set()
    for one in sorted(complaints, key=lambda one: (ranks.index(one.severity), _room(one.message))):
        if one.screen == sheet.name:
            sized = (one.path, one.language, one.severity)
            if _SIZE.search(one.message):  # of several networks, the one with the least room
                if sized in tightest:
                    continue
                tightest.add(sized)
            key = place(sheet, one.path, one.language)
            remark = Remark(one.severity, defects.said(one.message))
            if remark not in found[key]:
                found[key].append(remark)
    return found


def stale(sheet: Sheet, complaints: Sequence[Complaint]) -> list[str]:
    """The fields of translations whose French has changed."""
    return [
        place(sheet, one.path, one.language)
        for one in complaints
        if one.screen == sheet.name and _CHANGED in one.message
    ]


def _room(message: str) -> int:
    found = _SIZE.search(message)
    return int(found[1]) if found else 0


def place(sheet: Sheet, path: Path, language: str | None) -> str:
    """The name of the field; what is said in a language stands at that language's."""
    key = _field(sheet, path)
    texts = {one.key for one in sheet.wordings()}
    if language in sheet.languages and language != SOURCE and key in texts:
        return f"{key}.{language}"
    return key


def _field(sheet: Sheet, path: Path) -> str:
    match path:
        case (("say" | "choose" | "ask"),):
            return "text"
        case ("options", int(at), ("say" | "go" | "when") as key) if at < len(sheet.options):
            return f"option-{at}-{key}"
        case ("options", int(at), "set", name, *_) if at < len(sheet.options):
            kept = sheet.options[at].kept
            number = next((n for n, one in enumerate(kept) if one.name == name), 0)
            return f"option-{at}-kept-{number}"
        case ("options", *_):
            return "options"
        case ("from", key, *_):
            return _LISTED.get(str(key), "source")
        case ("from",):
            return "source"
        case ("among", *_):
            return "check"
        case ("outcomes", str(outcome), *_):
            return f"outcome-{outcome}"
        case ("with", *_):
            return "do"
        case (str(key), *_) if key in _PLAIN:
            return key
    return WHOLE


def refused(sheet: Sheet, errors: Sequence[ErrorDetails]) -> Remarks:
    """What the grammar does not take: it can't even be saved."""
    found: dict[str, list[Remark]] = defaultdict(list)
    for error in errors:
        path = tuple(part for part in error["loc"] if part != "[key]")
        found[_field(sheet, path)].append(Remark("error", _told(sheet, error, path)))
    return found


def _told(sheet: Sheet, error: ErrorDetails, path: Path) -> str:
    key = path[-1] if path else ""
    if error["type"] in ("string_too_short", "missing"):
        return N_("Écrivez un texte.") if key != "go" else N_("Choisissez où aller.")
    if error["type"] == "string_too_long":
        return N_("C'est trop long : 1000 signes au plus.")
    if error["type"] == "string_pattern_mismatch":
        if key in ("go", "otherwise", "empty") or "outcomes" in path:
            return N_("Choisissez où aller.")
        return N_("Un nom en petites lettres, chiffres et _ : par exemple mon_choix.")
    if error["type"].startswith(("int", "greater", "less")):
        return N_("Écrivez un nombre (pour les essais, de 1 à 9).")
    if not path and sheet.kind == "choose":
        return N_("Rien à choisir : ajoutez un choix, ou une liste.")
    return N_("Choisissez un contrôle, ou écrivez les mots qui sont acceptés.")
