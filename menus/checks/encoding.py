"""One letter outside GSM-7 makes a page hold half as much. Where other letters would halve the
pages, a speaker should see both costs; folding is lossy, so it stays their choice."""

from collections.abc import Iterator

from gsm.alphabet import fits_gsm7, fold
from menus.drawing import Drawing, drawings
from menus.source import Complaint
from menus.subject import Subject, texts
from menus.wordings import said


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    for language in draft.head.languages:
        if language in subject.folded:
            continue
        told: set[str] = set()
        kept, folded = drawings(subject, language), drawings(subject, language, letters=fold)
        for one, other in zip(kept, folded, strict=True):
            if one.screen in told or not _has_letters(subject, language, one.screen):
                continue
            message = _costs(subject, one, other)
            if message is not None:
                told.add(one.screen)
                path, _ = next(texts(draft.screens[one.screen]))
                yield draft.complain(message, one.screen, *path, language=language, severity="hint")


def _has_letters(subject: Subject, language: str, name: str) -> bool:
    """Whether the screen's own words need UCS-2; those of names and entries are nobody's choice."""
    written = texts(subject.draft.screens[name])
    return not all(fits_gsm7(said(subject, language, name, french)) for _, french in written)


def _costs(subject: Subject, kept: Drawing, folded: Drawing) -> str | None:
    long, short = kept.whole().measure, folded.whole().measure
    if (long.encoding, short.encoding) != ("UCS-2", "GSM-7"):
        return None
    for layout in dict.fromkeys(subject.layouts.values()):
        try:
            pages, fewer = len(kept.pages(layout)), len(folded.pages(layout))
        except ValueError:  # too small for anything: the budget's matter
            continue
        if fewer * 2 <= pages:
            return (
                f"{pages} pages in UCS-2 ({long.units} units), {fewer} in GSM-7 letters "
                f"({short.units} septets): let a speaker choose between letters and length"
            )
    return None
