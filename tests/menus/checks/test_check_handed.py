"""What is handed to an action or a list and is not of the kind that it takes."""

import pytest

from locales.values import REFERENCE, YEAR, number, text
from menus.actions import ACTIONS, Context, Item, Outcome, action, chosen, source
from menus.checks.handed import check
from tests.menus.checks.examined import changed, complaints, line_of

if "test.file" not in ACTIONS:

    @source("test.mine", gives=REFERENCE)
    def mine(context: Context) -> list[Item]:
        raise NotImplementedError

    @source("test.slices", parameters={"what": chosen("test.fruits")})
    def slices(context: Context, what: str) -> list[Item]:
        raise NotImplementedError

    @action("test.file", parameters={"file": REFERENCE}, outcomes={"found": {"file": REFERENCE}})
    def file(context: Context, file: str) -> Outcome:
        raise NotImplementedError

    @action("test.rate", parameters={"rating": number(5)}, outcomes={"rated": {}})
    def rate(context: Context, rating: int) -> Outcome:
        raise NotImplementedError

    @action("test.note", parameters={"note": text(20)}, outcomes={"noted": {}})
    def note(context: Context, note: str) -> Outcome:
        raise NotImplementedError

    @action("test.age", parameters={"year": YEAR}, outcomes={"old": {}})
    def age(context: Context, year: str) -> Outcome:
        raise NotImplementedError


def asked(kept: str, check: str, more: str = "") -> str:
    return (
        f'  asked:\n    ask: "Quoi ?"\n    as: {kept}\n    check: {check}\n{more}'
        "    otherwise: nothing\n    go: done\n"
    )


def done(name: str, value: str, outcome: str) -> str:
    return f"  done:\n    do: {name}\n    with: [{value}]\n    outcomes: {{{outcome}: nothing}}\n"


LISTED = """\
  asked:
    choose: "Lequel ?"
    from: {source: %s, as: %s, go: done, empty: nothing}
"""
SET = """\
  asked:
    choose: "Lequel ?"
    options:
      - {say: "Ceci", set: {%s}, go: done}
"""
LANGUAGE = done("citizens.choose_language", "language", "chosen")
FILE, TAKE = done("test.file", "file", "found"), done("test.take", "what", "taken")
TAKE = TAKE.replace("nothing}", "nothing, none: nothing}")
BACK = """\
  asked:
    choose: "Lequel ?"
    from: {source: test.fruits, as: what, go: hub, empty: nothing}
  hub:
    choose: "Et puis ?"
    options:
      - {say: "Prendre", go: done}
      - {say: "Autre", go: other}
  other:
    ask: "Autre ?"
    as: what
    check: text
    otherwise: nothing
    go: nothing
"""

# screens that are added; what stands on the line that is complained of; the words
DEFECTS = {
    "a typed text for a choice": (
        asked("what", "text") + TAKE,
        "as: what\n    check: text",
        "what is a text of 60 here, but test.take (on done) takes a choice from test.fruits: "
        "offer the list test.fruits, or keep this under another name",
    ),
    "a choice from another list": (
        LISTED % ("test.mine", "what") + TAKE,
        "source: test.mine",
        "what is a reference here, but test.take (on done) takes a choice from test.fruits",
    ),
    "a choice for what is typed": (
        LISTED % ("test.fruits", "file") + FILE,
        "as: file",
        "file is a choice from test.fruits here, but test.file (on done) takes a reference: ask "
        "with `check: reference` or offer the list",
    ),
    "another check": (asked("file", "digits") + FILE, "as: file", "file is a digits of 20 here"),
    "a text too long": (
        asked("note", "text", "    most: 21\n") + done("test.note", "note", "noted"),
        "as: note",
        "note is a text of 21 here, but test.note (on done) takes a text of 20",
    ),
    "a number too high": (
        asked("rating", "number") + done("test.rate", "rating", "rated"),
        "as: rating",
        "rating is a number to 999999 here",
    ),
    "a secret of another kind": (
        asked("year", "pin", "    secret: true\n") + done("test.age", "year", "old"),
        "as: year",
        "year is a pin here, but test.age (on done) takes a year: ask with `check: year`",
    ),
    "a language that the tree does not speak": (
        SET % "language: wo" + LANGUAGE,
        "set: {language: wo}",
        "language is 'wo' here, but citizens.choose_language (on done) takes a language: set one "
        "of fr, en, or",
    ),
    "a language that is typed": (asked("language", "text") + LANGUAGE, "as: lang", "set one of fr"),
    "a number for a language": (SET % "language: 2" + LANGUAGE, "language: 2", "language is 2"),
    "written down for a choice": (SET % "what: mairie" + TAKE, "what: mairie", "is 'mairie' here"),
    "a reference that is none": (SET % "file: 12" + FILE, "file: 12", "file is 12 here"),
    "past a screen and an action": (
        asked("what", "text").replace("go: done", "go: between")
        + '  between:\n    say: "Ensuite"\n    go: middle\n'
        + done("test.note", "note", "noted").replace("done", "middle").replace("nothing", "done")
        + TAKE,
        "as: what\n    check: text",
        "what is a text of 60 here, but test.take (on done)",
    ),
    "by going back": (BACK + TAKE, "as: what\n    check: text", "what is a text of 60 here"),
    "what a list takes": (
        asked("what", "text").replace("go: done", "go: slices")
        + LISTED.replace("asked", "slices").replace("%s,", "test.slices, with: [what],", 1)
        % "slice"
        + done("test.note", "note", "noted"),
        "as: what\n    check: text",
        "but test.slices (on slices) takes a choice from test.fruits",
    ),
}


@pytest.mark.parametrize(("added", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(added, there, words):
    text = changed("  taken:\n", added + "  taken:\n")
    [said] = complaints(check, text=text)
    assert said.line == line_of(text, there)
    assert words in said.message
    assert said.severity == "error"


SOUND = {
    "a reference typed": asked("file", "reference") + FILE,
    "a reference from a list that gives one": LISTED % ("test.mine", "file") + FILE,
    "a reference from an action": asked("file", "reference")
    + FILE.replace("found: nothing", "found: again")
    + FILE.replace("  done", "  again"),
    "a choice from the list": LISTED % ("test.fruits", "what") + TAKE,
    "a language of the tree": SET % "language: en" + LANGUAGE,
    "a text short enough": asked("note", "text", "    most: 20\n")
    + done("test.note", "note", "noted"),
    "a text written down": SET % "note: Bonjour" + done("test.note", "note", "noted"),
    "a number within": asked("rating", "number", "    most: 5\n")
    + done("test.rate", "rating", "rated"),
    "a number written down": SET % "rating: 5" + done("test.rate", "rating", "rated"),
    "a year written down": SET % "year: 1990" + done("test.age", "year", "old"),
    "a name that is used again, past home": asked("what", "text").replace("go: done", "go: home")
    + TAKE,
    "a name that is chosen again in between": asked("what", "text").replace("go: done", "go: again")
    + (LISTED % ("test.fruits", "what")).replace("asked", "again")
    + TAKE,
}


@pytest.mark.parametrize("added", SOUND.values(), ids=SOUND.keys())
def test_what_fits_draws_no_complaint(added):
    assert complaints(check, "  taken:\n", added + "  taken:\n") == []


def test_a_sound_tree_draws_no_complaint():
    assert complaints(check) == []
