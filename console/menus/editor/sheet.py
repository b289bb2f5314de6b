"""A screen as a form: filled from the file, filled by who types, written as a body for the file.

Fields are named by their place: `text`, `wrong`, `option-0-say`, `option-0-go`, `outcome-taken`;
what a text says in a language stands in `text.wo`. A way to a new screen is one of `NEW`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from locales.catalogues import SOURCE
from menus.actions import ACTIONS, SOURCES
from menus.editing import book as books
from menus.editing.book import Typed
from menus.editing.screens import Body, body
from menus.grammar import AskNode, ChooseNode, DoNode, SayNode, ScreenNode
from menus.phrasebook import Phrasebook
from menus.vocabulary import is_word

NEW: Final = {"+say": "say", "+choose": "choose", "+ask": "ask"}
MOST_OPTIONS: Final = 60
AMONG: Final = "among"  # chosen as a check: one of the listed words

Sent = Mapping[str, str]


@dataclass(slots=True)
class Wording:
    """A text in all languages. `was`: its French as it is stored; `states`: of its translations;
    `stands`: languages whose stale translation is meant to stand."""

    key: str
    french: str = ""
    was: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    stands: set[str] = field(default_factory=set)

    @property
    def typed(self) -> Typed:
        return Typed(self.was, self.french, self.said, frozenset(self.stands))


@dataclass(slots=True)
class Kept:
    """What an option keeps in a value: a word or a number. `old`: as the file has it."""

    name: str
    value: Wording
    old: str | int | None = None

    @property
    def written(self) -> str | int:
        typed = self.value.french
        if self.old is not None and str(self.old) == typed:
            return self.old
        plain = typed.isascii() and typed.isdecimal() and str(int(typed)) == typed
        return int(typed) if plain and len(typed) < 12 else typed


@dataclass(slots=True)
class Option:
    """`was`: which of the stored options it is."""

    say: Wording
    go: str = ""
    when: str = ""
    kept: list[Kept] = field(default_factory=list)
    was: int | None = None


@dataclass(slots=True)
class Sheet:
    """One screen. `values` are the fields that are no texts, by name."""

    name: str
    kind: str
    languages: list[str]  # French apart
    text: Wording | None = None
    wrong: Wording | None = None
    options: list[Option] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def wordings(self) -> Iterator[Wording]:
        yield from (one for one in (self.text, self.wrong) if one is not None)
        for option in self.options:
            yield option.say
            yield from (kept.value for kept in option.kept if is_word(kept.value.french))

    @property
    def order(self) -> list[int | None]:
        return [option.was for option in self.options]

    @property
    def called(self) -> tuple[str, ...]:
        """The values that the action or the list takes."""
        name = self.values.get("do") or self.values.get("source") or ""
        offered = ACTIONS.get(name) or SOURCES.get(name)
        return tuple(offered.parameters) if offered is not None else ()

    @property
    def outcomes(self) -> list[str]:
        """Those that the action declares, and those that the file has besides."""
        action = ACTIONS.get(self.values.get("do", ""))
        declared = list(action.outcomes) if action is not None else []
        written = [key.removeprefix("outcome-") for key in self.values if key[:8] == "outcome-"]
        if action is not None and self.values.get("was-do") != self.values["do"]:
            return declared
        return list(dict.fromkeys((*declared, *written)))

    def targets(self) -> Iterator[tuple[str, str]]:
        """The fields that lead somewhere, each with the first words of a new screen there."""
        lead = self.text.french if self.text is not None else self.name
        for at, option in enumerate(self.options):
            yield f"option-{at}-go", option.say.french
        for key in ("go", "otherwise", "list-go", "list-empty"):
            if key in self.values:
                yield key, lead
        for outcome in self.outcomes:
            yield f"outcome-{outcome}", outcome.replace("_", " ").capitalize()

    def target(self, key: str) -> str:
        if key.startswith("option-"):
            return self.options[int(key.split("-")[1])].go
        return self.values.get(key, "")

    def lead(self, key: str, target: str) -> None:
        if key.startswith("option-"):
            self.options[int(key.split("-")[1])].go = target
        else:
            self.values[key] = target


# -- from the file ------------------------------------------------------------------------------


def stored(name: str, screen: ScreenNode, book: Phrasebook, languages: Iterable[str]) -> Sheet:
    """A screen as it is in the file and the book."""
    tongues = [language for language in languages if language != SOURCE]

    def wording(key: str, french: str) -> Wording:
        found = {one: books.shown(book, one, name, french) for one in tongues}
        said = {one: translation.text for one, translation in found.items()}
        states = {one: translation.state for one, translation in found.items()}
        return Wording(key, french, french, said, dict(states))

    sheet = Sheet(name, kind_of(screen), tongues)
    values = sheet.values
    if isinstance(screen, SayNode):
        sheet.text = wording("text", screen.say)
        values["after"] = "end" if screen.end else "go" if screen.go else "back"
        values["go"] = screen.go or ""
    elif isinstance(screen, ChooseNode):
        sheet.text = wording("text", screen.choose)
        sheet.options = [
            Option(
                wording(f"option-{at}-say", one.say),
                one.go,
                one.when or "",
                [
                    Kept(key, wording(f"option-{at}-kept-{number}", str(value)), value)
                    for number, (key, value) in enumerate(one.set.items())
                ],
                at,
            )
            for at, one in enumerate(screen.options)
        ]
        values["done"] = "1" if screen.done else ""
        listed = screen.items
        values["source"] = listed.source if listed else ""
        values["list-as"] = listed.kept if listed else ""
        values["list-go"] = listed.go if listed else ""
        values["list-empty"] = (listed.empty if listed else None) or ""
        _give(values, sheet.called, listed.given if listed else [])
    elif isinstance(screen, AskNode):
        sheet.text = wording("text", screen.ask)
        sheet.wrong = wording("wrong", screen.wrong or "")
        sheet.wrong.was = screen.wrong
        values["as"], values["check"] = screen.kept, screen.check or AMONG
        values["among"] = "\n".join(screen.among)
        for key in ("least", "most"):
            bound = getattr(screen, key)
            values[key] = "" if bound is None else str(bound)
        values["tries"], values["secret"] = str(screen.tries), "1" if screen.secret else ""
        values["otherwise"], values["go"] = screen.otherwise, screen.go
    else:
        assert isinstance(screen, DoNode)
        values["do"] = values["was-do"] = screen.do
        values |= {f"outcome-{outcome}": go for outcome, go in screen.outcomes.items()}
        _give(values, sheet.called, screen.given)
    return sheet


def kind_of(screen: ScreenNode) -> str:
    kinds = {SayNode: "say", ChooseNode: "choose", AskNode: "ask", DoNode: "do"}
    return kinds[type(screen)]


def _give(values: dict[str, str], wanted: Iterable[str], given: Iterable[str]) -> None:
    own = list(given)
    for at, parameter in enumerate(wanted):
        values[f"with-{parameter}"] = own[at] if at < len(own) else parameter


def in_french(sheet: Sheet, book: Phrasebook) -> None:
    """What nobody has translated, or what was translated of another French, says the French: as a
    draft, until somebody translates it."""
    for one in sheet.wordings():
        for language in sheet.languages:
            before = books.shown(book, language, sheet.name, one.was)
            is_old = one.french != one.was or before.state == "stale"
            if language in one.said and one.said[language] == before.text and is_old:
                if language not in one.stands:
                    one.said[language] = one.french
            elif not one.said.get(language):
                one.said[language] = one.french


# -- from the form ------------------------------------------------------------------------------

_VALUES: Final = {
    "say": ("after", "go"),
    "choose": ("done", "source", "list-as", "list-go", "list-empty"),
    "ask": ("as", "check", "among", "least", "most", "tries", "secret", "otherwise", "go"),
    "do": ("do", "was-do"),
}


def typed(sent: Sent, before: Sheet) -> Sheet:
    """What was typed, beside what is stored of it."""
    known = {one.key: one for one in before.wordings()}
    sheet = Sheet(before.name, before.kind, before.languages)

    def wording(key: str, old: Wording | None) -> Wording:
        said = {one: _clean(sent.get(f"{key}.{one}", "")) for one in sheet.languages}
        stands = {one for one in sheet.languages if sent.get(f"{key}.{one}.stands")}
        states = dict(old.states) if old else dict.fromkeys(sheet.languages, "missing")
        was = old.was if old else None
        return Wording(key, _clean(sent.get(key, "")), was, said, states, stands)

    if sheet.kind != "do":
        sheet.text = wording("text", known.get("text"))
    if sheet.kind == "ask":
        sheet.wrong = wording("wrong", known.get("wrong"))
    for key in _VALUES[sheet.kind]:
        sheet.values[key] = _clean(sent.get(key, ""))
    for key, value in sent.items():
        if key.startswith(("with-", "outcome-")):
            sheet.values[key] = _clean(value)
    for at in range(MOST_OPTIONS if sheet.kind == "choose" else 0):
        if f"option-{at}-say" in sent:
            sheet.options.append(_option(sent, at, before, wording))
    return sheet


def _option(sent: Sent, at: int, before: Sheet, wording: Any) -> Option:
    was = sent.get(f"option-{at}-was", "")
    index = int(was) if was.isdecimal() and int(was) < len(before.options) else None
    old = before.options[index] if index is not None else None
    option = Option(wording(f"option-{at}-say", old.say if old else None), was=index)
    option.go = sent.get(f"option-{at}-go", "")
    option.when = sent.get(f"option-{at}-when", "")
    olds = {one.name: one for one in old.kept} if old else {}
    number = 0
    while f"option-{at}-kept-{number}-name" in sent:
        name = _clean(sent[f"option-{at}-kept-{number}-name"])
        known = olds.get(name)
        value = wording(f"option-{at}-kept-{number}", known.value if known else None)
        if name or value.french:
            option.kept.append(Kept(name, value, known.old if known else None))
        number += 1
    return option


def renumbered(sheet: Sheet) -> Sheet:
    """The same after options have moved: their fields are named by their new places."""
    for at, option in enumerate(sheet.options):
        option.say.key = f"option-{at}-say"
        for number, kept in enumerate(option.kept):
            kept.value.key = f"option-{at}-kept-{number}"
    return sheet


def blank(sheet: Sheet, key: str) -> Wording:
    """A text that nobody has written yet."""
    nothing = dict.fromkeys(sheet.languages, "")
    return Wording(key, said=nothing, states=dict.fromkeys(sheet.languages, "missing"))


def _clean(value: str) -> str:
    """As it was typed, its line breaks as files have them; without halves of characters."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text.encode("utf-8", "ignore").decode()


# -- to the file --------------------------------------------------------------------------------


def written(sheet: Sheet, before: ScreenNode | None) -> Body:
    """The screen as a file has it; what says the same as before stays written as it was."""
    made = body(before) if before is not None and kind_of(before) == sheet.kind else {}
    values = sheet.values
    given = [values.get(f"with-{one}", "") for one in sheet.called]
    if sheet.text is not None:
        made[sheet.kind] = sheet.text.french
    if sheet.kind == "say":
        _set(made, "end", values["after"] == "end", False)
        _set(made, "go", values["go"] if values["after"] == "go" else "", "")
    elif sheet.kind == "choose":
        _set(made, "done", bool(values["done"]), False)
        _set(made, "options", [_written(one, made) for one in sheet.options], [])
        _set(made, "from", _listed(sheet, given, made), None)
    elif sheet.kind == "ask":
        assert sheet.wrong is not None
        is_among = values["check"] == AMONG
        words = [line.strip() for line in values["among"].split("\n") if line.strip()]
        made["as"], made["otherwise"], made["go"] = (values[k] for k in ("as", "otherwise", "go"))
        _set(made, "check", "" if is_among else values["check"], "")
        _set(made, "among", words if is_among else [], [])
        for key in ("least", "most"):
            _set(made, key, _number(values[key]), "")
        _set(made, "wrong", sheet.wrong.french, "")
        _set(made, "tries", _number(values["tries"] or "3"), 3)
        _set(made, "secret", bool(values["secret"]), False)
    else:
        made["do"] = values["do"]
        _set(made, "with", given, [])
        made["outcomes"] = {one: values.get(f"outcome-{one}", "") for one in sheet.outcomes}
    return made


def _set(made: dict[str, Any], key: str, value: Any, usual: Any) -> None:
    """Writes what is not usual; the usual only where it stands already."""
    if value != usual:
        made[key] = value
    elif key in made and made[key] != usual:
        del made[key]


def _written(option: Option, made: Mapping[str, Any]) -> dict[str, Any]:
    old = made.get("options", [])
    found = dict(old[option.was]) if option.was is not None and option.was < len(old) else {}
    found["say"] = option.say.french
    _set(found, "when", option.when, "")
    _set(found, "set", {one.name: one.written for one in option.kept}, {})
    found["go"] = option.go
    return found


def _listed(sheet: Sheet, given: list[str], made: Mapping[str, Any]) -> dict[str, Any] | None:
    values = sheet.values
    if not values["source"]:
        return None
    found = dict(made.get("from") or {}) | {"source": values["source"]}
    _set(found, "with", given, [])
    found["as"] = values["list-as"]
    found["go"] = values["list-go"]
    _set(found, "empty", values["list-empty"], "")
    return found


def _number(typed: str) -> int | str:
    """Raises nothing: what is no number is the grammar's to refuse."""
    try:
        return int(typed) if typed else ""
    except ValueError:
        return typed
