"""Words that agree with a number have a form for each way in which the language counts.

`{ahead|personne|personnes}` in French (0 and 1, more); one form in Wolof and Bambara, whose nouns
do not change after a number. The rules are CLDR's.
"""

from collections.abc import Iterator

from locales.faults import of_plurals
from locales.templates import template
from menus.flow import kinds
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import wordings


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    known = kinds(draft)
    for wording in wordings(draft):
        for language in draft.head.languages:
            text = subject.translations(language, wording.context, wording.french).text
            for fault in of_plurals(template(text), language, known):
                if fault.sort == "forms":
                    message = (
                        f"{fault.about} has {fault.count} forms: write {', '.join(fault.wanted)}"
                    )
                else:
                    message = f"{fault.about} agrees with {fault.wanted[0]}, which is no number"
                yield wording.complain(draft, message, language)
