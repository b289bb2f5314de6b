"""A list of recipients, from a CSV file: each row is good, or bad with a reason. Pure.

The first line names the columns. `phone` is needed; `language` is known; the others may be used in
the text, `{nom_de_colonne}`. Separated by commas, semicolons or tabs; UTF-8, or what Excel writes.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from citizens.phones import local

PHONE, LANGUAGE = "phone", "language"
_MOST_LETTERS = 60  # of a column's value: more is no value for an SMS


class NoList(ValueError):
    """The file can't be read as a list of recipients; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A recipient. `line`: in the file, from 2 on; `problem`: why nothing is sent to it."""

    line: int
    phone: str | None
    language: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


def read(data: bytes, country_prefix: str, languages: frozenset[str]) -> Iterator[Row]:
    """The rows of a file. Raises NoList before the first row if it is none."""
    text = _decoded(data)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip().lower() for name in next(lines, [])]
    if PHONE not in names:
        raise NoList("the first line must name the columns, one of them `phone`")
    if len(set(names)) != len(names):
        raise NoList("two columns have the same name")
    for cells in lines:
        if any(cell.strip() for cell in cells):
            yield _row(
                lines.line_num, dict(zip(names, cells, strict=False)), country_prefix, languages
            )


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoList("the file is neither UTF-8 nor Windows-1252: save it as CSV UTF-8")


def _row(line: int, cells: dict[str, str], country_prefix: str, languages: frozenset[str]) -> Row:
    values = {name: cell.strip() for name, cell in cells.items()}
    language = values.pop(LANGUAGE, "").lower() or None
    number = values.pop(PHONE, "")
    try:
        phone = local(number, country_prefix)
    except ValueError:
        return Row(line, None, problem="no phone number" if number else "the phone is missing")
    if language is not None and language not in languages:
        return Row(line, phone, problem=f"no such language: {language[:10]!r}")
    for name, value in values.items():
        if len(value) > _MOST_LETTERS:
            return Row(line, phone, problem=f"{name}: over {_MOST_LETTERS} letters")
    return Row(line, phone, language, values)
