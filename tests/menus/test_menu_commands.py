"""`flask menus`, as an administrator types it; and the guides, word for word."""

import json
import re
import subprocess
import sys

import pytest

from menus.library import TREES
from settings import ROOT
from tests.waiting import until

GUIDES = [ROOT / "docs/menus.md", ROOT / "docs/menus.fr.md"]


@pytest.fixture
def flask(office):
    def run(*arguments: str, code: int = 0) -> str:
        done = office.app.test_cli_runner().invoke(args=list(arguments))
        assert done.exit_code == code, done.output
        return done.output

    return run


def guide(path) -> tuple[str, list[str]]:
    """A guide's tree, and the lines that it tells one to type."""
    text = path.read_text(encoding="utf-8")
    [tree] = re.findall(r"```yaml\n(.*?)```", text, re.S)
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return tree, [line for block in blocks for line in block.strip().splitlines()]


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_a_newcomer_follows_the_guide(path, flask, office, tmp_path, monkeypatch):
    tree, lines = guide(path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "piscine").mkdir()
    (tmp_path / "piscine/piscine.yaml").write_text(tree, encoding="utf-8")
    typed = iter(lines)

    def type_next(code: int = 0) -> str:
        line = next(typed).removeprefix(".venv/bin/flask ")
        words = [one.strip('"') for one in re.findall(r'"[^"]*"|\S+', line)]
        return flask(*words, code=code)

    first = type_next(code=1)  # check: English is missing
    assert "[en]" in first
    assert "revision 1" in type_next()  # import
    assert "1 PO files" in type_next()  # export
    translate(tmp_path / "piscine/en.po")
    assert type_next().splitlines()[-1].startswith("0 errors")  # check again
    assert "revision 2" in type_next()  # import over it
    assert "is live" in type_next()  # publish

    phone = office.speaking(language="2")
    phone.service_code = "*384*60#"
    until(lambda: "Public swimming pool" in phone.dial().text, "the pool's menu")
    dial = next(typed)
    assert dial.startswith('.venv/bin/flask dial +221770000001 --code "*384*60#"')
    assert phone.enter("3").goes_on
    assert not phone.enter("5").goes_on
    for line in typed:
        words = line.removeprefix(".venv/bin/flask ").split()
        assert flask(*words)


def translate(po) -> None:
    """Fills in every empty text, as the guide says."""
    text = po.read_text(encoding="utf-8")
    known = {"Piscine municipale": "Public swimming pool"}

    def filled(found: re.Match) -> str:
        french = found.group(1)
        return f'msgid "{french}"\nmsgstr "{known.get(french, french.replace("é", "e") + " (en)")}"'

    po.write_text(re.sub(r'msgid "(.+)"\nmsgstr ""', filled, text), encoding="utf-8")


def test_both_guides_show_the_same_tree_and_the_same_commands():
    (french_tree, french), (english_tree, english) = map(guide, GUIDES)
    assert french_tree == english_tree
    notes = re.compile(r'--note ".*"')
    assert [notes.sub("", line) for line in french] == [notes.sub("", line) for line in english]


def test_the_page_of_actions_is_the_registry_s():
    """In a process of its own: tests register actions that are not the product's."""
    made = subprocess.run(
        [sys.executable, "-m", "flask", "menus", "actions"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ROOT / "docs/actions.md").read_text(encoding="utf-8") == made.stdout


def test_what_we_ship_has_no_error(flask):
    assert re.search(r"^0 errors", flask("menus", "check"), re.M)


def test_a_broken_file_ends_with_1_and_says_where(flask, tmp_path):
    broken = tmp_path / "broken.yaml"
    text = (TREES / "keur-exemple.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("go: help}", "go: hlp}"), encoding="utf-8")
    said = flask("menus", "check", str(broken), code=1)
    line = text[: text.index("go: help}")].count("\n") + 1
    assert f"{broken}:{line}: error: [language_and_sms] goes to hlp" in said


def test_complaints_for_programs(flask, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("tree: x", encoding="utf-8")
    found = json.loads(flask("menus", "check", str(broken), "--format", "json", code=1))
    assert {"file", "line", "message", "screen", "language", "severity"} <= found[0].keys()
    sarif = json.loads(flask("menus", "check", str(broken), "--format", "sarif", code=1))
    assert sarif["version"] == "2.1.0"
    result = sarif["runs"][0]["results"][0]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize(
    "data",
    [
        b"a: " + b"[" * 5000,
        b'a: "\\UFFFFFFFF"',
        b"\xff\xfe\x00",
        b"",
        b"\x00",
        b"a: &x [*x]",
        b"- - -",
        b"{",
    ],
)
def test_a_file_that_is_no_tree_is_told_and_not_a_trace(flask, tmp_path, data):
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(data)
    assert "error:" in flask("menus", "check", str(broken), code=1)


def test_the_schema_knows_every_kind_of_screen(flask):
    schema = json.loads(flask("menus", "schema"))
    kinds = schema["properties"]["screens"]["additionalProperties"]["oneOf"]
    assert len(kinds) == 4
    assert {"SayNode", "ChooseNode", "AskNode", "DoNode"} <= schema["$defs"].keys()


def test_diff_shows_what_changes_for_citizens(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    file = tmp_path / "keur-exemple.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("go: complain}", "go: no_office}"), "utf-8")
    flask("menus", "import", str(file))
    shown = flask("menus", "diff", "keur-exemple")
    assert "home: ways" in shown
    assert "no_office" in shown
    assert flask("menus", "drop", "keur-exemple") == "The draft of keur-exemple is dropped.\n"


def test_an_export_that_is_imported_again_changes_nothing(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    flask("menus", "import", str(tmp_path / "keur-exemple.yaml"))
    assert flask("menus", "diff", "keur-exemple") == "Nothing changes.\n"


def test_a_new_tree_is_said_to_be_new(flask, tmp_path):
    new = (TREES / "keur-exemple.yaml").read_text(encoding="utf-8")
    new = new.replace("tree: keur-exemple", "tree: new").replace("*384*50#", "*384*51#")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    flask("menus", "import", str(tmp_path / "new.yaml"))
    assert "new is not live yet" in flask("menus", "diff", "new", code=1)


def test_what_is_not_there_is_said_in_a_line(flask):
    assert "no tree is called nowhere: there are keur-exemple" in flask(
        "menus", "show", "nowhere", code=1
    )
    assert "has no draft" in flask("menus", "publish", "keur-exemple", "--note", "x", code=1)
    assert "no such story" in flask("menus", "tell", "nothing of the kind", code=1)


def test_stories_are_told_and_trees_walked_and_drawn(flask):
    assert "Ticket A" in flask("menus", "tell", "first dial")
    assert flask("menus", "walk", "keur-exemple", "--depth", "6")
    assert flask("menus", "graph", "keur-exemple").lstrip().startswith("<svg")
    assert flask("menus", "graph", "keur-exemple", "--format", "mermaid").startswith("flowchart")


def test_a_translator_s_file_that_cannot_be_read_is_told(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    for data in (b'msgid "x', 'msgid "a"\nmsgstr "é"'.encode("latin-1")):
        (tmp_path / "en.po").write_bytes(data)
        said = flask("menus", "check", str(tmp_path / "keur-exemple.yaml"), code=1)
        assert "en.po:1: error: not a PO file in UTF-8" in said
        assert "not a PO file" in flask(
            "menus", "import", str(tmp_path / "keur-exemple.yaml"), code=1
        )


def test_a_translation_marked_fuzzy_keeps_its_tree_from_publication(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    po = tmp_path / "en.po"
    text = po.read_text(encoding="utf-8")
    po.write_text(text.replace('msgctxt "home"', '#, fuzzy\nmsgctxt "home"', 1), encoding="utf-8")
    flask("menus", "import", str(tmp_path / "keur-exemple.yaml"))
    assert "[home] [en]" in flask("menus", "publish", "keur-exemple", "--note", "x", code=1)


def test_a_review_makes_a_new_version_and_stays(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    po = tmp_path / "wo.po"
    text = po.read_text(encoding="utf-8")
    assert "# draft" in text
    po.write_text("\n".join(line for line in text.splitlines() if "# draft" not in line), "utf-8")
    flask("menus", "import", str(tmp_path / "keur-exemple.yaml"))
    flask("menus", "publish", "keur-exemple", "--note", "reviewed by a speaker")
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    assert "# draft" not in po.read_text(encoding="utf-8")


def test_who_began_before_another_s_publication_is_told(flask, tmp_path):
    for editor in ("awa", "moussa"):
        flask("menus", "export", "keur-exemple", "--to", str(tmp_path / editor))
        file = tmp_path / editor / "keur-exemple.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("# Commune", f"# {editor}: Commune"), encoding="utf-8")
    flask("menus", "import", str(tmp_path / "awa/keur-exemple.yaml"), "--by", "Awa")
    flask("menus", "publish", "keur-exemple", "--note", "x", "--by", "Awa")
    flask("menus", "import", str(tmp_path / "moussa/keur-exemple.yaml"), "--by", "Moussa")
    said = flask("menus", "publish", "keur-exemple", "--note", "y", "--by", "Moussa", code=1)
    assert "Awa has published" in said


def test_another_s_draft_is_published_or_dropped_by_its_revision(flask, tmp_path):
    flask("menus", "export", "keur-exemple", "--to", str(tmp_path))
    file = str(tmp_path / "keur-exemple.yaml")
    publish = ("menus", "publish", "keur-exemple", "--note", "x", "--by", "Awa")
    drop = ("menus", "drop", "keur-exemple", "--by", "Awa")
    for revision, command in enumerate((publish, drop), start=1):
        flask("menus", "import", file, "--by", "Moussa")
        for named in ((), ("--revision", "9")):
            said = flask(*command, *named, code=1)
            assert f"Moussa has saved the draft of keur-exemple, revision {revision}" in said
        flask(*command, "--revision", str(revision))
