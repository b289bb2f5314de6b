"""Wrong lines as CSV, each as it was, after its number and what is wrong: once mended there, the
file can be imported as it is."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cases.imports import sheets
from cases.imports.running import File, Options, WrongLine


@contextmanager
def writer(
    path: Path | None, file: File, options: Options
) -> Iterator[Callable[[WrongLine], None]]:
    """What writes a wrong line down; does nothing without a path. Raises NoSheet."""
    if path is None:
        yield lambda line: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(["line", "problem", *sheets.read(file.data, options.encoding).names])
        yield lambda line: rows.writerow(_cells(line, options.language))


def head(names: list[str]) -> str:
    return _written([["line", "problem", *names]])


def lines(wrong: Sequence[WrongLine], language: str) -> str:
    return _written([_cells(one, language) for one in wrong])


def _cells(line: WrongLine, language: str) -> list[str]:
    said = "; ".join(f"{one.column}: {one.message.told(language)}" for one in line.complaints)
    return [str(line.line), said, *line.values]


def _written(cells: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue()
