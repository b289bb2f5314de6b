"""Translations out to files and in again: seen before it happens, wrong rows by line, nothing that
was reviewed lost in silence."""

import html
import io
import re

import openpyxl
import pytest
from babel.messages.pofile import read_po

from database import reading
from menus import versions
from sms.texts import compose
from tests.console.conversations import FRENCH, token
from tests.console.translations.conversation import PLACE, entry, translator, write

FILES = f"{PLACE}/ff/files"


@pytest.fixture
def client(office):
    return translator(office)


def bring(client, data: bytes, group: str = "sms", name: str = "pulaar.xlsx"):
    fields = {
        "csrf_token": token(client, FILES),
        "group": group,
        "file": (io.BytesIO(data), name),
    }
    return client.post(FILES, data=fields, headers=FRENCH)


def take(client, shown, **ticked: str):
    rows = html.unescape(re.search(r'name="rows" value="([^"]*)"', shown.text)[1])
    fields = {"csrf_token": token(client, FILES), "rows": rows, **ticked}
    return client.post(f"{FILES}/apply", data=fields, headers=FRENCH)


def sheet(*rows: tuple[str, str, str]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Où", "Français", "Traduction", "État"])
    for row in rows:
        book.active.append([*row, ""])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def source(name: str) -> str:
    return entry("ff", f"sms.{name}").item.text.source


def said(name: str = "ticket_called") -> str:
    return compose(name, "ff", {"ticket": "A1", "counter": 3, "office": "M"}).body


GOOD = "Tikket {ticket}: ar jooni. {counter}, {office}."


@pytest.mark.parametrize("group", ["sms", "keur-exemple", "names", "words"])
def test_a_spreadsheet_and_a_po_file_go_out_and_come_back_without_a_change(client, group):
    for form in ("xlsx", "po"):
        file = client.get(f"{FILES}/{group}.{form}").data
        shown = bring(client, file, group, f"x.{form}").text
        assert "Rien ne changerait" in shown, form
        assert "Lignes fausses" not in shown


def test_a_spreadsheet_s_cells_are_words_and_no_formula(client):
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, "=1+1 {ticket} {counter} {office}")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{FILES}/sms.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    [ours] = [cell for cell in cells if str(cell.value).startswith("=1+1")]
    assert ours.data_type == "s"


def test_a_po_file_says_what_is_a_draft(client):
    file = client.get(f"{FILES}/sms.po").data
    messages = [one for one in read_po(io.BytesIO(file)) if one.id]
    assert all(any("draft" in said for said in one.user_comments) for one in messages)


def test_what_would_change_is_shown_and_changes_only_then(client):
    before = said()
    shown = bring(client, sheet(("sms.ticket_called", source("ticket_called"), GOOD)))
    assert GOOD in shown.text
    assert entry("ff", "sms.ticket_called").text != GOOD
    assert take(client, shown).status_code == 303
    now = entry("ff", "sms.ticket_called")
    assert (now.text, now.state, now.waits) == (GOOD, "draft", True)
    assert said() == before


def test_texts_that_somebody_stands_for_are_said_at_once(client):
    shown = bring(client, sheet(("sms.ticket_called", source("ticket_called"), GOOD)))
    take(client, shown, reviewed="1")
    now = entry("ff", "sms.ticket_called")
    assert (now.state, now.row.reviewed_by) == ("reviewed", "staff:admin")
    assert said() == "Tikket A1: ar jooni. 3, M."


def test_wrong_rows_are_told_by_line_with_the_reason_and_left_out(client):
    shown = bring(
        client,
        sheet(
            ("sms.ticket_called", source("ticket_called"), GOOD),
            ("sms.ticket_called", source("ticket_called"), GOOD + " "),
            ("sms.ticket_near", source("ticket_near"), "Ar {ticket}"),
            ("sms.nothing", "Rien", "Alaa"),
            ("sms.ticket_next", source("ticket_next"), ""),
        ),
    )
    text = html.unescape(re.sub(r"\s*<[^>]*>\s*", "|", shown.text))
    assert re.search(r"\|3\|+Tikket.*?déjà traduit à la ligne 2", text)
    assert re.search(r"\|4\|+Ar \{ticket\}\|+Il manque \{ahead\}", text)
    assert re.search(r"\|5\|+Rien\|+ce texte français n'est pas", text)
    take(client, shown)
    assert entry("ff", "sms.ticket_called").text == GOOD
    assert entry("ff", "sms.ticket_near").text != "Ar {ticket}"


def test_a_wrong_message_of_a_po_file_is_told_by_its_line(client):
    file = client.get(f"{FILES}/sms.po").data.decode()
    place = file.index('msgctxt "sms.ticket_called"')
    start = file.index('msgstr "', place)
    file = f'{file[:start]}msgstr "Ar"{file[file.index(chr(10), start) :]}'
    line = file[:place].count("\n") + 1
    shown = bring(client, file.encode(), name="x.po")
    assert "Il manque {counter}" in html.unescape(shown.text)
    told = int(re.search(r'<td class="figure">(\d+)</td><td>Ar</td>', shown.text)[1])
    assert abs(told - line) <= 3


def test_a_reviewed_text_stays_unless_that_is_meant(client):
    called = entry("ff", "sms.ticket_called")
    write(client, "ff", called, called.text, do="reviewed")
    data = sheet(("sms.ticket_called", called.item.text.source, GOOD))
    shown = bring(client, data)
    assert "Remplacer aussi les textes relus" in shown.text
    take(client, shown)
    assert entry("ff", "sms.ticket_called").text == called.text
    take(client, bring(client, data), overwrite="1")
    assert entry("ff", "sms.ticket_called").text == GOOD


def test_what_changed_between_looking_and_taking_stays(client):
    called = entry("ff", "sms.ticket_called")
    shown = bring(client, sheet(("sms.ticket_called", called.item.text.source, GOOD)))
    write(client, "ff", called, "{ticket} {counter} {office} meanwhile")
    take(client, shown)
    assert entry("ff", "sms.ticket_called").text.endswith("meanwhile")


def test_a_menu_s_file_goes_into_its_draft_at_one_go(client):
    home = entry("ff", "home", "Prendre un ticket")
    row = ("home", home.item.text.source, "Ƴettu")
    offices = entry("ff", "offices")
    other = ("offices", offices.item.text.source, "Biro hol?")
    take(client, bring(client, sheet(row, other), "keur-exemple"))
    with reading() as db:
        present = versions.draft(db, "keur-exemple")
        book = versions.drafted(present).book["ff"]
    assert present.revision == 1
    assert book["home", home.item.text.source].text == "Ƴettu"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Choisissez un fichier"),
        (b"PK\x03\x04 nothing", "pas un classeur Excel"),
        (b'msgid "a"\nmsgstr "\xff"', "ne se lit pas"),
        (b"a;b\n1;2", "pas de colonne"),
        (b"\xff\xfe\x00\xd8", "ne se lit pas"),
    ],
)
def test_what_can_t_be_read_says_why(client, data, why):
    answer = bring(client, data)
    assert answer.status_code == 422
    assert why in html.unescape(answer.text)


def test_rows_that_no_page_of_ours_sent_change_nothing(client):
    for rows in ("[[1,2]]", "nothing", "{}", '[["a","b","c"]]', "[1]"):
        fields = {"csrf_token": token(client, FILES), "rows": rows}
        assert client.post(f"{FILES}/apply", data=fields).status_code in (303, 400)
