"""Screens are changed in the file's text, and nothing that was not meant changes with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import library
from menus.editing import screens, surgery
from menus.editing.screens import InUse, body, delete, duplicate, pointers, rename, write
from menus.source import BrokenTree, read
from tests.menus.trees import SOUND

[SHIPPED] = library.shipped().values()
FLOW = (
    "{tree: small, service_codes: ['*1#'], languages: [fr], start: [{go: home}], home: home, "
    "screens: {home: {choose: Menu, options: [{say: Un, go: one}, {say: Deux, go: two,}]}, "
    "one: {say: 'L''un', end: true}, two: {say: Deux}}}"
)
ODD = """\
# A file as somebody likes to write it.
tree:   odd          # its name
service_codes:
- "*1#"
languages: [ fr ]
start: [{go: home}]
home: "home"
screens:
    home:   # begin here
        choose: >
            Un texte
            plié
        options:   # what is offered
        # the first
        - say: 'L''un'   # a remark
          go: one
        # the second
        - go: two        # where to

          say: Deux
    one:
        say: |-
            Ligne 1
            Ligne 2
        # no end yet
    two: {say: "Deux # pas un commentaire", end: true} # the last
"""
FILES = (SOUND, SHIPPED, FLOW, ODD)
files = st.sampled_from(FILES)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


def bodies(text):
    return {name: body(screen) for name, screen in read(text).screens.items()}


def one_of(data, text):
    return data.draw(st.sampled_from(sorted(read(text).screens)))


def test_what_is_written_as_it_was_leaves_the_file_alone():
    for text in FILES:
        for name, screen in read(text).screens.items():
            assert write(text, name, body(screen)) == text


def test_a_text_changes_and_nothing_beside_it():
    new = body(read(ODD).screens["two"]) | {"say": 'Dites "oui" : 100 %'}
    old, written = '"Deux # pas un commentaire"', r'"Dites \"oui\" : 100 %"'
    assert write(ODD, "two", new) == ODD.replace(old, written)


def test_options_take_their_remarks_along():
    home = body(read(ODD).screens["home"])
    home["options"].reverse()
    changed = write(ODD, "home", home, [1, 0])
    first, second = changed.index("# the first"), changed.index("# the second")
    assert second < changed.index("go: two") < first < changed.index("# a remark")
    assert bodies(changed)["home"] == home


def test_an_option_is_written_like_its_sisters():
    home = body(read(SOUND).screens["home"])
    home["options"].insert(1, {"say": "Aide", "when": "first_dial", "go": "age"})
    changed = write(SOUND, "home", home, [0, None, 1, 2, 3])
    line = '      - {say: "Aide", when: first_dial, go: age}\n'
    assert changed == SOUND.replace('      - {say: "Âge"', line + '      - {say: "Âge"')


def test_keys_come_and_go():
    age = body(read(SOUND).screens["age"])
    del age["least"], age["tries"]
    age["secret"] = True
    changed = write(SOUND, "age", age)
    assert bodies(changed)["age"] == age
    assert write(changed, "age", body(read(SOUND).screens["age"])) != changed


def test_a_rename_is_followed_by_all_that_leads_there():
    changed = rename(SOUND, "home", "menu")
    draft = read(changed)
    assert (draft.head.home, draft.head.start[1].go) == ("menu", "menu")
    assert draft.screens["welcome"].go == "menu"
    assert draft.screens["fruits"].options[0].go == "menu"
    assert rename(changed, "menu", "home") == SOUND


def test_a_screen_that_is_in_use_is_kept_until_it_is_said_what_comes_instead():
    draft = read(SOUND)
    with pytest.raises(InUse) as used:
        delete(SOUND, draft, "nothing")
    assert {(one.screen, one.path) for one in used.value.pointers} == {
        ("fruits", ("from", "empty")),
        ("take", ("outcomes", "none")),
        ("age", ("otherwise",)),
        ("pin", ("otherwise",)),
        ("unlock", ("outcomes", "wrong")),
    }
    changed = read(delete(SOUND, draft, "nothing", "home"))
    assert "nothing" not in changed.screens
    assert changed.screens["take"].outcomes["none"] == "home"


def test_a_goal_goes_with_its_screen():
    changed = read(delete(SHIPPED, read(SHIPPED), "ready", "home"))
    assert [goal.screen for goal in changed.head.goals] == [
        *("ticket", "ticket_travel", "ticket_now", "documents_missing")
    ]


@settings(deadline=None, max_examples=50)
@given(files, st.data())
def test_renamed_and_back_is_the_same_file(text, data):
    name = one_of(data, text)
    new = data.draw(names.filter(lambda one: one not in read(text).screens))
    assert rename(rename(text, name, new), new, name) == text


@settings(deadline=None, max_examples=50)
@given(files, st.data())
def test_doubled_and_taken_out_is_the_same_file(text, data):
    name = one_of(data, text)
    doubled = duplicate(text, name, "the_double")
    assert bodies(doubled)["the_double"] == bodies(text)[name]
    assert delete(doubled, read(doubled), "the_double") == text


def changes(data, text):
    """One deed of an editor's."""
    name = one_of(data, text)
    match data.draw(st.sampled_from(("write", "add", "rename", "duplicate", "delete", "options"))):
        case "write":
            new = bodies(text)[name]
            key = next((key for key in ("say", "choose", "ask") if key in new), None)
            if key is not None:
                new[key] = data.draw(words)
            return write(text, name, new), {name}
        case "options":
            new = bodies(text)[name]
            if "options" not in new:
                return text, set()
            order = data.draw(st.permutations(range(len(new["options"]))))
            order = order[: data.draw(st.integers(1, len(order)))]
            listed = [new["options"][at] for at in order]
            fresh = {"say": data.draw(words), "go": name, "set": {"word": data.draw(words)}}
            new["options"] = [*listed, fresh]
            return write(text, name, new, [*order, None]), {name}
        case "add":
            new = screens.free_name(data.draw(words), list(read(text).screens))
            kind = data.draw(st.sampled_from(("say", "choose", "ask")))
            made = screens.template(kind, data.draw(words), name, "Retour")
            return screens.add(text, new, made, after=name), {new}
        case "rename":
            new = data.draw(names)
            if new in read(text).screens:
                return text, set()
            return rename(text, name, new), None
        case "duplicate":
            return duplicate(text, name, screens.free_name(name, list(read(text).screens))), set()
    others = [one for one in read(text).screens if one != name]
    if not others:
        return text, set()
    return delete(text, read(text), name, data.draw(st.sampled_from(others))), None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((SOUND, FLOW, ODD)), st.data())
def test_whatever_is_done_the_file_reads_and_other_screens_stay(text, data):
    for _ in range(data.draw(st.integers(1, 5))):
        before = bodies(text)
        text, touched = changes(data, text)
        after = bodies(text)  # it reads
        for name in after if touched is not None else ():
            if name not in touched and name in before:
                assert after[name] == before[name]


@settings(deadline=None)
@given(words, words)
def test_any_text_is_kept_as_it_was_typed(said, label):
    for text in (SOUND, FLOW, ODD):
        home = bodies(text)["home"] | {"choose": said}
        home["options"][0]["say"] = label
        try:
            found = bodies(write(text, "home", home))["home"]
        except BrokenTree:
            raise AssertionError(write(text, "home", home)) from None
        assert found["choose"].strip() == said.strip()
        assert found["options"][0]["say"].strip() == label.strip()


def test_a_name_is_made_of_words():
    assert screens.free_name("Nos horaires d'été !", []) == "nos_horaires_d_ete"
    assert screens.free_name("24 h", ["screen_24_h"]) == "screen_24_h_2"
    assert screens.free_name("???", []) == "screen"


def test_pointers_name_each_place():
    found = pointers(read(SOUND), "home")
    assert [(one.screen, one.path) for one in found] == [
        (None, ("start", 1, "go")),
        (None, ("home",)),
        ("welcome", ("go",)),
        ("fruits", ("options", 0, "go")),
    ]


def test_a_part_of_a_file_can_be_found_and_missed():
    assert surgery.find(SOUND, ("screens", "home", "choose")).value == "Menu"
    with pytest.raises(LookupError, match="none"):
        surgery.find(SOUND, ("screens", "none"))
