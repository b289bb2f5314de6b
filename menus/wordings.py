"""The texts of a tree, each with its place in the file, and what citizens read for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from gsm.alphabet import fold
from menus.source import Complaint, Draft, Path, Severity
from menus.subject import Subject, texts
from menus.vocabulary import set_words


@dataclass(frozen=True, slots=True)
class Wording:
    """A French text. `path` stands below its screen, or below the file where it has none."""

    french: str
    context: str
    screen: str | None
    path: Path

    def complain(
        self, draft: Draft, message: str, language: str | None, severity: Severity = "error"
    ) -> Complaint:
        if self.screen is None:
            message, line = f"{self.context}: {message}", draft.line(*self.path)
            return Complaint(draft.file, line, message, None, language, severity, self.path)
        return draft.complain(
            message, self.screen, *self.path, language=language, severity=severity
        )


def wordings(draft: Draft) -> Iterator[Wording]:
    """All that the file says."""
    if draft.head.banner is not None:
        yield Wording(draft.head.banner, "banner", None, ("banner",))
    for name, screen in draft.screens.items():
        for path, french in texts(screen):
            yield Wording(french, name, name, path)
        for path, word in set_words(draft, name):
            yield Wording(word, name, name, path)


def said(subject: Subject, language: str, context: str, french: str) -> str:
    """What stands for a text in a language, in the letters that are sent."""
    text = subject.translations(language, context, french).text
    return fold(text) if language in subject.folded else text
