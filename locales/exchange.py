"""Texts as translators exchange them: PO files, and spreadsheets of one text a row. Pure."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from babel import UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from locales.catalogues import key_of

# Of a spreadsheet; where a text stands and its French say which text it is.
CONTEXT, FRENCH, SAID, STATE = "Où", "Français", "Traduction", "État"
COLUMNS: Final = (CONTEXT, FRENCH, SAID, STATE)


@dataclass(frozen=True, slots=True)
class Row:
    """A text of a file, with the line on which it begins. `text` is empty where it says nothing."""

    line: int
    context: str
    source: str
    text: str


def from_po(data: bytes, language: str) -> list[Row]:
    """Raises ValueError for what is no PO file."""
    try:
        catalog = read_po(io.BytesIO(data), locale=language, abort_invalid=True)
    except (PoFileError, LookupError, ValueError, UnknownLocaleError) as wrong:
        raise ValueError(str(wrong)) from None
    return [
        Row(message.lineno or 0, *key_of(message), str(message.string or "").strip())
        for message in catalog
        if message.id
    ]


def to_xlsx(rows: Iterable[tuple[str, str, str, str]], title: str) -> bytes:
    """Rows of context, French, translation, state. Every cell is words, never a formula."""
    import openpyxl  # here: a quarter of a second that only those pay who want a spreadsheet
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for column, width in zip("ABCD", (24, 60, 60, 12), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append(COLUMNS)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
