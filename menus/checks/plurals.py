"""Words that agree with a number have a form for each way in which the language counts.

`{ahead|personne|personnes}` in French (0 and 1, more); one form in Wolof and Bambara, whose nouns
do not change after a number. The rules are CLDR's.
"""

from collections.abc import Iterator

from locales.plurals import categories, is_known
from locales.templates import template
from menus.flow import kinds
from menus.source import Complaint
from menus.subject import Subject
from menus.wordings import wordings


def check(subject: Subject) -> Iterator[Complaint]:
    draft = subject.draft
    known = kinds(draft)
    for wording in wordings(draft):
        for language in filter(is_known, draft.head.languages):
            text = subject.translations(language, wording.context, wording.french).text
            for plural in template(text).plurals:
                wanted = categories(language)
                if len(plural.forms) != len(wanted):
                    message = f"{plural} has {len(plural.forms)} forms: write {', '.join(wanted)}"
                    yield wording.complain(draft, message, language)
                elif plural.name in known and known[plural.name].family != "number":
                    message = f"{plural} agrees with {plural.name}, which is no number"
                    yield wording.complain(draft, message, language)
