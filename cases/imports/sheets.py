"""A CSV or XLSX file as lines of plain words. Pure: bytes in.

CSV: UTF-8, UTF-16 with its mark, or Windows-1252, which is said aloud; commas, semicolons or tabs.
XLSX: the first sheet. Raises NoSheet for what is neither, before the first line.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from cases.imports.words import Said, say

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_UNPACKED: Final = 400 << 20  # bytes: a small file may hold a great deal of nothing

Line = tuple[int, list[str]]


class NoSheet(ValueError):
    """The file can't be read; `said` says what to do."""

    def __init__(self, english: str, **values: Any) -> None:
        self.said = say(english, **values)
        super().__init__(str(self.said))


class BrokenLine(NoSheet):
    """From this line on the file can't be read."""

    def __init__(self, line: int, english: str, **values: Any) -> None:
        super().__init__(english, **values)
        self.line = line


@dataclass(frozen=True, slots=True)
class Sheet:
    """`names`: of its columns, as its first line has them; `lines`: the others, each with its
    number in the file, to be gone through once; `count`: about how many; `notes`: what whoever
    sent it should know. Going through may raise BrokenLine."""

    names: list[str]
    lines: Iterator[Line]
    count: int
    notes: list[Said] = field(default_factory=list)


def read(data: bytes, encoding: str | None = None) -> Sheet:
    """Raises NoSheet."""
    if data.startswith(_OLD_EXCEL):
        raise NoSheet("an old Excel file (.xls): save it as .xlsx or as CSV UTF-8")
    return _xlsx(data) if data.startswith(_ZIP) else _csv(data, encoding)


def _csv(data: bytes, encoding: str | None) -> Sheet:
    text, notes = _decoded(data, encoding)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = _csv_lines(reader)
    _, names = next(lines, (1, []))
    return Sheet(names, lines, max(0, text.count("\n") - 1), notes)


def _csv_lines(reader: Any) -> Iterator[Line]:
    """A cell may hold line breaks: a row has the number of the line on which it begins."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            raise BrokenLine(
                line, 'no CSV from here on: {problem}: look for a lone "', problem=problem
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _decoded(data: bytes, encoding: str | None) -> tuple[str, list[Said]]:
    if encoding is not None:
        try:
            return data.decode(encoding), []
        except LookupError:
            raise NoSheet(
                "no encoding {encoding}: such as utf-8 or cp1252", encoding=encoding
            ) from None
        except UnicodeDecodeError as problem:
            line = data[: problem.start].count(b"\n") + 1
            raise NoSheet(
                "line {line} is not {encoding}: name another encoding", line=line, encoding=encoding
            ) from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise NoSheet("neither UTF-8 nor Windows-1252: save it as CSV UTF-8") from None
    guess = "not UTF-8: read as Windows-1252; look at a name with accents before you go on"
    return text, [say(guess)]


def _xlsx(data: bytes) -> Sheet:
    import openpyxl  # here: a quarter of a second that only those pay who bring a spreadsheet

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise NoSheet("more than 400 MB once unpacked: cut it into several files")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except NoSheet:
        raise
    except Exception:  # openpyxl raises whatever its XML parser and zipfile do
        raise NoSheet("no Excel workbook: save it as .xlsx or as CSV UTF-8") from None
    first = book.worksheets[0]
    lines = _xlsx_lines(first.iter_rows(values_only=True))
    _, names = next(lines, (1, []))
    notes: list[Said] = []
    if len(book.worksheets) > 1:
        said = "read from {title}, the first of {count} sheets"
        notes.append(say(said, title=first.title, count=len(book.worksheets)))
    return Sheet(names, lines, max(0, (first.max_row or 1) - 1), notes)


def _xlsx_lines(rows: Iterable[Iterable[Any]]) -> Iterator[Line]:
    for line, row in enumerate(rows, 1):
        cells = [_word(cell) for cell in row]
        if any(cells):
            yield line, cells


def _word(cell: Any) -> str:
    """A cell as one would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
