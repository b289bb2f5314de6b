"""The README is true: what it tells one to type works, and its picture is what phones show."""

import re
import shlex
from html import unescape

import pytest

from settings import ROOT
from tests.test_product import Product, fake, product  # noqa: F401  (fixtures)

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SHELL = [
    line.strip()
    for text in (README, CONTRIBUTING)
    for block in re.findall(r"```sh\n(.*?)```", text, re.S)
    for line in block.strip().splitlines()
]
INLINE = re.findall(r"`(\.venv/bin/flask [^`]*)`", README)

# What CI runs itself; what `tests/test_product.py` runs; what only sets an operator's environment.
COVERED = {"make run", "make test", "make check", "make install"}
PLAIN = [line for line in (*SHELL, *INLINE) if line not in COVERED and "export " not in line]


@pytest.mark.parametrize("line", sorted(set(PLAIN)))
def test_a_command_of_the_readme_works(product: Product, line: str, tmp_path):  # noqa: F811
    command = line.partition("#  ")[0] if ".venv" in line else line
    command = command.replace("127.0.0.1:8000", f"127.0.0.1:{product.port}")
    changes = {}
    if "migrate" in command or "rotate" in command:  # not on the database that others use
        changes = {"VAR_DIR": str(tmp_path)}
        product.shell(".venv/bin/flask migrate", **changes)
    done = product.shell(command, **changes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def test_an_operator_s_environment_is_accepted(product: Product, tmp_path):  # noqa: F811
    exports = "\n".join(line for line in SHELL if line.startswith("export "))
    assert exports.count("export ") == 7
    here = f"export DATABASE_URL=sqlite:///{tmp_path}/guichet.db"
    command = f"set -e\n{exports}\n{here}\n.venv/bin/flask migrate"
    done = product.shell(command, VAR_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "The database is at" in done.stdout


def test_the_picture_is_what_a_phone_shows(product: Product):  # noqa: F811
    svg = (ROOT / "docs/conversation.svg").read_text(encoding="utf-8")
    drawn = [unescape(text) for text in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]
    screens: list[list[str]] = []
    entries = []
    for text in drawn:
        if text.startswith("> "):
            entries.append(text[2:])
            screens.append([])
        else:
            screens[-1].append(text)
    phone = product.phone("+221770000044")
    shown = [phone.dial().text, *(phone.enter(entry).text for entry in entries[1:])]
    assert [lasting(" ".join(lines)) for lines in screens] == [lasting(text) for text in shown]


def lasting(text: str) -> str:
    """A screen's words without what another hour or another queue changes: numbers, waits, and the
    offices but the first one, which never closes."""
    text = " ".join(text.split())
    if "Ban biro?" in text:
        text = text.partition(" 2 ")[0]
    text = re.sub(
        r"\b\d+, (amul guichet|xamunu diir|weesu na|\d+-\d+ min)|: \d+(?= \d )", ": …", text
    )
    return re.sub(r"\d+\b", "n", text).replace(": : ", ": ")


def test_every_room_is_on_the_map():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"tests", "app.py"}
    for room in rooms:
        assert re.search(rf"^\| `{re.escape(room)}/?` \|", README, re.M), room


def test_a_folder_that_a_text_names_is_there():
    for text in (README, CONTRIBUTING):
        for named in re.findall(r"`([a-z_]+/[a-z_./]*)`", text):
            if named == "var/":  # made by running it
                continue
            assert (ROOT / named).exists(), named


def test_commands_are_written_so_that_a_shell_takes_them():
    for line in SHELL:
        assert shlex.split(line, comments=True)
