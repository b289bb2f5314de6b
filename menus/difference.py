"""What changes for citizens between two trees: screens added, removed, changed, per language."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from locales.templates import Template
from menus.tree import Ask, Choose, Say, Screen, Text, Tree


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `before` and `after` in the words of `language`, or of the tree itself."""

    screen: str
    what: str  # added, removed, text, ways
    language: str | None = None
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = f"{self.screen} [{self.language}]" if self.language else self.screen
        if self.what in ("added", "removed"):
            return f"{where}: {self.what}"
        return f"{where}: {self.what}\n  - {self.before}\n  + {self.after}"


def differences(before: Tree, after: Tree) -> list[Change]:
    """In the order of the new tree's screens, removed ones last."""
    changes = list(_head(before, after))
    for name, screen in after.screens.items():
        if name not in before.screens:
            changes.append(Change(name, "added"))
        else:
            changes.extend(_screen(name, before.screens[name], screen))
    changes += [Change(name, "removed") for name in before.screens if name not in after.screens]
    return changes


def _head(before: Tree, after: Tree) -> Iterator[Change]:
    for part in ("service_codes", "languages", "home", "start"):
        old, new = str(getattr(before, part)), str(getattr(after, part))
        if old != new:
            yield Change("(tree)", part, None, old, new)
    yield from _texts("(banner)", [before.banner or {}], [after.banner or {}])


def _screen(name: str, before: Screen, after: Screen) -> Iterator[Change]:
    yield from _texts(name, _said(before), _said(after))
    old, new = _ways(before), _ways(after)
    if old != new:
        yield Change(name, "ways", None, old, new)


def _texts(name: str, before: list[Text], after: list[Text]) -> Iterator[Change]:
    languages = sorted({language for text in (*before, *after) for language in text})
    for language in languages:
        old = " / ".join(_plain(text[language]) for text in before if language in text)
        new = " / ".join(_plain(text[language]) for text in after if language in text)
        if old != new:
            yield Change(name, "text", language, old, new)


def _said(screen: Screen) -> list[Text]:
    if isinstance(screen, Choose):
        of_options = [said for one in screen.options for said in (one.text, *one.words.values())]
        return [screen.text, *of_options]
    if isinstance(screen, Ask):
        return [screen.text, screen.wrong]
    return [screen.text] if isinstance(screen, Say) else []


def _plain(template: Template) -> str:
    return str(template).replace("\n", " | ")


def _ways(screen: Screen) -> str:
    """Everything about a screen but its words."""
    kept = {
        name: value
        for name, value in asdict(screen).items()
        if name not in ("text", "wrong", "options", "check")
    }
    if isinstance(screen, Choose):
        kept["options"] = [(option.go, option.when, dict(option.set)) for option in screen.options]
    if isinstance(screen, Ask):
        kept["check"] = screen.check.complaint
    return ", ".join(f"{name}: {value}" for name, value in kept.items())
