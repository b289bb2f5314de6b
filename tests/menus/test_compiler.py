"""The compiler: a sound tree passes; each defect is named at its line, with what to do."""

import pytest

from locales.catalogues import Translation
from menus.compiler import compile_tree, examine
from menus.phrasebook import messages
from menus.source import BrokenTree, read
from menus.subject import Subject
from tests.menus.trees import SOUND, compiled, french

# what is changed, into what; what stands on the line that is complained of, once changed; the words
DEFECTS = {
    "a target that is no screen": ("go: fruits}", "go: fruit}", "go: fruit}", "which is no screen"),
    "a home that is no screen": ("home: home", "home: house", "home: house", "no screen is called"),
    "a start that is no screen": ("- {go: home}", "- {go: hom}", "- {go: hom}", "no screen is"),
    "a start that may not match": ("  - {go: home}\n", "", "- {when", "the last rule needs no"),
    "an unknown action": ("do: test.take", "do: test.tak", "do: test.tak", "no action test.tak"),
    "an unknown source": ("test.fruits, as", "test.fruit, as", "test.fruit, as", "no source"),
    "an outcome unhandled": (
        "{taken: taken, none: nothing}",
        "{taken: taken}",
        "{taken",
        "as none",
    ),
    "an outcome unknown": ("{right: wel", "{gone: old, right: wel", "{gone", "never ends as gone"),
    "a parameter missing": ("    with: [what]\n", "", "  take:", "needs `with: [what]`"),
    "a parameter unknown": ("with: [what]", "with: [age]", "with: [age]", "needs `with: [what]`"),
    "a placeholder unknown": ("{count}", "{cont}", "{cont}", "cont is not known here"),
    "a placeholder known on one way only": ('"Rien."', '"{age}."', '"{age}."', "age is not known"),
    "a choice from a list shown": ('"Pris : {count}"', '"{what}"', '"{what}"', "not words"),
    "a secret shown": ('"Bonjour {who}"', '"Bonjour {pin}"', '"Bonjour {pin}"', "pin is not known"),
    "a placeholder misspelt": ('"Rien."', '"Rien {Nom}."', '"Rien {Nom}."', "is no placeholder"),
    "a value in the banner": ("home: home", 'banner: "{age}"\nhome: home', "banner", "no value is"),
    "a rule that hides others": ("  - {when", "  - {go: home}\n  - {when", "- {go: home}", "never"),
    "a list that may be empty": (
        "{source: test.fruits, as: what, go: take, empty: nothing}\n    options:\n"
        '      - {say: "Aucun", go: home}',
        "{source: test.fruits, as: what, go: take}",
        "    from:",
        "may be empty",
    ),
    "bounds beyond the check's own": ("most: 3", "most: 30", "least: 1", "goes from 1 to 20"),
    "words that read alike": (
        "check: digits\n    least: 1\n    most: 3",
        "among: [Oui, OUI]",
        "among:",
        "told from another",
    ),
    "a word that goes back": (
        "check: digits\n    least: 1\n    most: 3",
        'among: [Oui, "٠"]',
        "among:",
        "can't be typed",
    ),
    "a sign that nobody sees": ('"Rien."', '"Rien\\a."', '"Rien\\a."', "not seen on a phone"),
    "a line break in an option": ('"Aucun"', '"Un\\n2 Deux"', '"Un\\n2 Deux"', "breaks its lines"),
    "a language that is none": ("[fr, en]", "[fr, zz]", "[fr, zz]", "none has the code zz"),
    "a language twice": ("[fr, en]", "[fr, en, en]", "[fr, en, en]", "is there twice"),
    "a key misspelt": ("tries: 2", "try: 2", "try: 2", "no such key here"),
    "a key missing": ("    go: old\n", "", "  age:", "go: missing"),
    "no kind of screen": ('say: "Rien."', 'tell: "Rien."', "  nothing:", "say, choose, ask, do"),
    "two kinds of screen": ('say: "Rien."', 'say: "R"\n    ask: "R"', "  nothing:", "exactly one"),
    "an end that goes on": (
        "end: true",
        "end: true\n    go: home",
        "  taken:",
        "exclude each other",
    ),
    "a key written twice": ('say: "Rien."', 'say: "R"\n    say: "Si."', '"Si."', "written twice"),
    "an unknown check": ("check: digits", "check: digit", "check: digit", "no check digit: there"),
    "bounds that nothing meets": ("most: 3", "most: 0", "least: 1", "at least 1 and at most 0"),
    "an unknown fact": (
        "when: first_dial",
        "when: second_dial",
        "second_dial",
        "nobody can tell second_dial",
    ),
    "an option under an unknown fact": ("go: fruits}", "when: x, go: fruits}", "when: x", "tell x"),
    "a service code that is none": ('["*1#"]', '["1"]', '["1"]', "such as *384*50#"),
    "a screen's name with capitals": (
        "  nothing:\n",
        "  Nothing:\n",
        "  Nothing:",
        "small letters",
    ),
}


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


@pytest.mark.parametrize(("old", "new", "there", "words"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_named_at_its_line(old, new, there, words):
    assert old in SOUND
    broken = SOUND.replace(old, new, 1)
    with pytest.raises(BrokenTree) as raised:
        compiled(broken)
    said = [(complaint.line, str(complaint)) for complaint in raised.value.complaints]
    line = line_of(broken, there)
    assert any(at == line and words in text for at, text in said), (line, said)
    assert all(text.startswith("test.yaml:") for _, text in said)


def test_all_defects_are_named_at_once():
    broken = SOUND
    for name in ("a target that is no screen", "an unknown action", "a placeholder unknown"):
        old, new, _, _ = DEFECTS[name]
        broken = broken.replace(old, new, 1)
    with pytest.raises(BrokenTree) as raised:
        compiled(broken)
    wanted = {line_of(broken, there) for there in ("go: fruit}", "do: test.tak\n", "{cont}")}
    assert wanted <= {complaint.line for complaint in raised.value.complaints}


def test_one_name_cannot_mean_two_kinds_of_value():
    broken = SOUND.replace("as: age", "as: count").replace("{age}", "{count}")
    with pytest.raises(BrokenTree, match="count is a"):
        compiled(broken)


@pytest.mark.parametrize("text", ["", "- a list", "a: [", "tree: x", "just words", "a: b: c"])
def test_what_is_no_tree_is_refused_with_its_file(text):
    with pytest.raises(BrokenTree, match=r"test\.yaml:\d+:"):
        compiled(text)


def test_yes_and_no_are_words():
    tree = compiled(SOUND.replace('"Aucun"', "no").replace('"Rien."', "yes"))
    assert tree.screens["nothing"].text["fr"].parts == ("yes",)


def test_a_sound_tree_keeps_all_it_says_in_every_language():
    tree = compile_tree(SOUND, lambda language, _, text: Translation(f"{language} {text}", "draft"))
    assert tree.screens["nothing"].text["en"].parts == ("en Rien.",)
    assert set(tree.words) == {"fr", "en"}


def test_a_version_changes_with_a_translation_and_only_then():
    same = compile_tree(SOUND, french)
    assert same.version == compile_tree(SOUND, french).version
    assert (
        same.version
        != compile_tree(SOUND, lambda *given: Translation(f"{given[2]} !", "draft")).version
    )
    assert same.version != compile_tree(SOUND.replace("Rien", "Rien du tout"), french).version


def test_a_folded_language_is_written_in_gsm7_letters():
    tree = compile_tree(SOUND.replace("Rien.", "Reçu, prêt"), french, frozenset({"fr"}))
    assert tree.screens["nothing"].text["fr"].parts == ("Recu, pret",)
    assert tree.screens["nothing"].text["en"].parts == ("Reçu, prêt",)


def test_options_that_all_have_a_condition_are_told():
    broken = SOUND
    for option in ("Fruits", "Âge", "Secret"):
        broken = broken.replace(f'say: "{option}"', f'say: "{option}", when: first_dial')
    broken = broken.replace('say: "Rouge"', 'say: "Rouge", when: in_fr')
    with pytest.raises(BrokenTree, match="every option has a condition"):
        compiled(broken)


def test_actions_without_a_screen_between_are_told_when_they_are_many():
    chain = "".join(
        f"  d{n}:\n    do: test.take\n    with: [what]\n"
        f"    outcomes: {{taken: {f'd{n + 1}' if n < 12 else 'taken'}, none: nothing}}\n"
        for n in range(13)
    )
    broken = SOUND.replace("go: take, empty", "go: d0, empty").replace(
        "  take:\n", f"{chain}  take:\n"
    )
    with pytest.raises(BrokenTree, match=r"\[d0\] 13 actions and lists in a row"):
        compiled(broken)


def test_a_text_over_several_lines_is_translated_like_any_other():
    block = SOUND.replace('say: "Rien."', "say: |\n      Rien.\n      Rien de plus.")

    def translations(language: str, _context: str, text: str) -> Translation:
        known = text == text.strip()
        return Translation(text, "reviewed" if known else "missing")

    book = {"en": {message: Translation("x", "reviewed") for message in messages(block)}}
    assert ("nothing", "Rien.\nRien de plus.") in book["en"]
    assert compile_tree(block, translations)


def test_the_words_that_options_set_are_texts_where_they_are_shown():
    assert ("home", "rouge") in messages(SOUND)
    assert ("home", "rouge") not in messages(SOUND.replace("{colour}", "de rien"))
    assert ("home", "7") not in messages(SOUND.replace("colour: rouge", "colour: 7"))
    noted = SOUND.replace("Couleur : {colour}", "Couleur :").replace('"Rouge"', '"Rouge {colour}"')
    assert ("home", "rouge") in messages(noted)


def severities(text: str) -> dict[str, str]:
    return {one.message: one.severity for one in examine(Subject(read(text), french))}


def test_a_reason_that_has_no_room_above_its_question_is_told():
    long = SOUND.replace('wrong: "Un nombre."', f'wrong: "{"mot " * 50}"')
    assert [one for one in severities(long) if "with the question below it" in one]
    assert not [one for one in severities(SOUND) if "with the question below it" in one]


def test_the_fixed_options_below_a_list_count_too():
    long = SOUND.replace('{say: "Aucun", go: home}', f'{{say: "{"mot " * 200}", go: home}}')
    found = [one for one, level in severities(long).items() if level == "error"]
    assert any("pages, 3 at most" in one for one in found), found
