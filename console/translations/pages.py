"""How far each language is, and all its texts."""

import re
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from console.pages import page
from console.translations import words
from console.translations.access import TRANSLATES, languages, spoken
from console.translations.shelf import FAMILIES, STATES, TO_DO, Entry, coverage, load
from database import reading
from gsm.alphabet import fold
from locales.catalogues import NAMES

_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows, as its address says it."""

    group: str = ""
    state: str = ""
    q: str = ""

    @classmethod
    def asked(cls) -> "Filters":
        """Those of this request."""
        asked = request.values
        state = asked.get("state", "")
        return cls(
            asked.get("group", "")[:48],
            state if state in (*STATES, TO_DO) else "",
            " ".join(asked.get("q", "").split())[:80],
        )

    @property
    def arguments(self) -> dict[str, str]:
        said = {"group": self.group, "state": self.state, "q": self.q}
        return {name: value for name, value in said.items() if value}

    def chosen(self, entries: list[Entry]) -> list[Entry]:
        return [one for one in entries if self.shows(one)]

    def shows(self, one: Entry) -> bool:
        if self.group and self.group not in (one.item.group, one.item.family):
            return False
        if self.state and not (one.needs_work if self.state == TO_DO else one.state == self.state):
            return False
        wanted = _plain(self.q)
        return not wanted or any(
            wanted in _plain(text) for text in (one.item.text.source, one.text, one.item.where)
        )


def _plain(text: str) -> str:
    """Found without its accents and capitals, and with its special letters folded."""
    bare = fold(text).lower().translate(str.maketrans("éèàùìòçñäöü", "eeauiocnaou"))
    return re.sub(r"\s+", " ", bare)


def after(entries: list[Entry], item_id: str) -> Entry | None:
    """The next that needs work after this one, then from the beginning."""
    places = [place for place, one in enumerate(entries) if one.item.id == item_id]
    at = places[0] if places else -1
    others = [*entries[at + 1 :], *entries[: max(at, 0)]]
    return next((one for one in others if one.needs_work), None)


def listed(language: str, filters: Filters, number: int = 1) -> str:
    """The address of a page of the list."""
    here: dict[str, Any] = {"language": language, **filters.arguments}
    return url_for("console.translations_of", **here, page=number if number > 1 else None)


@page.route("/translations", may=TRANSLATES)
def translations() -> str:
    with reading() as db:
        shelf = load(db)
        covered = {language: coverage(shelf.entries(db, language)) for language in languages()}
    return render_template(
        "translations/languages.html",
        covered=covered,
        names=NAMES,
        families={family: words.FAMILY_NAMES[family] for family in FAMILIES},
    )


@page.route("/translations/<language>", may=TRANSLATES)
def translations_of(language: str) -> str:
    name = spoken(language)
    filters = Filters.asked()
    with reading() as db:
        shelf = load(db)
        entries = shelf.entries(db, language)
    found = filters.chosen(entries)
    number = max(1, request.args.get("page", 1, type=int))
    begins = (number - 1) * _A_PAGE

    return render_template(
        "translations/list.html",
        code=language,
        name=name,
        filters=filters,
        shown=found[begins : begins + _A_PAGE],
        count=len(found),
        begins=begins,
        before=listed(language, filters, number - 1) if number > 1 else None,
        following=listed(language, filters, number + 1) if begins + _A_PAGE < len(found) else None,
        first=next((one for one in found if one.needs_work), None),
        groups=[(group, words.group_name(group)) for group in shelf.groups(language)],
        group_name=words.group_name,
        states=words.STATE_NAMES,
        choices=words.FILTER_NAMES,
        done=coverage(entries),
    )
