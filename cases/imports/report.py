"""Wrong lines as CSV, each as it was, after its number and what is wrong: once mended there, the
file can be imported as it is."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cases.imports import sheets
from cases.imports.rows import Columns
from cases.imports.running import File, Options, WrongLine


@dataclass(frozen=True, slots=True)
class Report:
    """`names`: of the columns; `headings`: how the file calls ours; `language`: of what is said."""

    names: Sequence[str]
    headings: Mapping[str, str]
    language: str

    @classmethod
    def of(cls, file: File, options: Options) -> "Report":
        """Raises NoSheet."""
        names = sheets.read(file.data, options.encoding).names
        places = Columns.of(names, options.columns).places
        return cls(names, {our: names[at] for our, at in places.items()}, options.language)

    def head(self) -> list[str]:
        return ["line", "problem", *self.names]

    def row(self, line: WrongLine) -> list[str]:
        said = "; ".join(
            f"{self.headings.get(one.column, one.column)}: {one.message.told(self.language)}"
            for one in line.complaints
        )
        return [str(line.line), said, *line.values]


@contextmanager
def writer(
    path: Path | None, file: File, options: Options
) -> Iterator[Callable[[WrongLine], None]]:
    """What writes a wrong line down; does nothing without a path. Raises NoSheet."""
    if path is None:
        yield lambda line: None
        return
    report = Report.of(file, options)
    with path.open("w", encoding="utf-8-sig", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(report.head())
        yield lambda line: rows.writerow(report.row(line))


def text(rows: Sequence[Sequence[str]]) -> str:
    """The same as a text, to which more can be added."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def first(text: str, most: int) -> list[tuple[str, str]]:
    """The first wrong lines of such a text: their numbers, and what is wrong."""
    rows = csv.reader(io.StringIO(text))
    next(rows, None)
    return [(line, problem) for line, problem, *_ in islice(rows, most)]
