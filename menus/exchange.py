"""A tree as files, to be worked on elsewhere and brought back: its YAML, a PO file per language
beside it, all of it in one ZIP where that is handier. Pure.

    files_of("piscine", made, base)      {"piscine.yaml": b"…", "en.po": b"…"}
    brought(files, known)                what to save as a draft, and the version it began from
"""

import io
import zipfile
import zlib
from collections.abc import Mapping

from locales.catalogues import look_up
from menus import phrasebook
from menus.phrasebook import Phrasebook
from menus.source import BrokenTree, Complaint, read
from menus.versions import Written

Files = Mapping[str, bytes]  # by name

_BEGAN = "# from version "  # the first line of an exported file: what its editor began from
_TREES, _BOOKS = (".yaml", ".yml"), ".po"
_MOST_FILES, _MOST_BYTES = 60, 8 << 20  # unpacked


def files_of(name: str, made: Written, base: str | None) -> dict[str, bytes]:
    """`base`: the version that whoever changes the files begins from."""
    began = f"{_BEGAN}{base}\n" if base else ""
    books = {f"{one}{_BOOKS}": phrasebook.to_po(said, one) for one, said in made.book.items()}
    return {f"{name}.yaml": (began + made.text).encode(), **books}


def began(text: str) -> tuple[str | None, str]:
    """The version that a file was exported from, and the file without that line."""
    first, _, rest = text.partition("\n")
    return (first.removeprefix(_BEGAN).strip(), rest) if first.startswith(_BEGAN) else (None, text)


def brought(files: Files, known: Phrasebook) -> tuple[Written, str | None]:
    """The tree with its translations: those of the files, then those that are `known`, then those
    we ship. Raises BrokenTree for what can't be read, and where there is not just one tree."""
    file, base, text = _tree_in(files)
    languages = read(text, file).head.languages
    books = {}
    for language in languages:
        name = f"{language}{_BOOKS}"
        if name in files:
            try:
                books[language] = phrasebook.from_po(files[name], language)
            except ValueError as wrong:
                raise _broken(name, str(wrong)) from None
    otherwise = phrasebook.translations_from(known, look_up)
    translations = phrasebook.translations_from(books, otherwise)
    return Written(text, phrasebook.gathered(text, languages, translations)), base


def name_in(files: Files) -> str:
    """The tree that the files are of. Raises BrokenTree."""
    file, _, text = _tree_in(files)
    return read(text, file).head.tree


def _tree_in(files: Files) -> tuple[str, str | None, str]:
    trees = [name for name in files if name.endswith(_TREES)]
    if len(trees) != 1:
        raise _broken(trees[0] if trees else "?", "name one tree file: a .yaml, with .po files")
    text = str(files[trees[0]], "utf-8-sig", errors="replace").replace("\r\n", "\n")
    return trees[0], *began(text)


def packed(files: Files) -> bytes:
    """The files in a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def unpacked(data: bytes, file: str) -> dict[str, bytes]:
    """The tree and PO files of a ZIP, whatever folders they stand in. Raises BrokenTree for what is
    no ZIP, or more than a tree can be."""
    try:
        return _read(data)
    except OverflowError:
        raise _broken(file, "too much for a tree: its .yaml and .po files alone") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ):
        raise _broken(file, "no ZIP that can be read: pack the files again") from None


def _read(data: bytes) -> dict[str, bytes]:
    """Raises OverflowError before more is unpacked than a tree can be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [one for one in archive.infolist() if one.filename.endswith((*_TREES, _BOOKS))]
        if len(parts) > _MOST_FILES or sum(one.file_size for one in parts) > _MOST_BYTES:
            raise OverflowError
        return {one.filename.rpartition("/")[2]: archive.read(one) for one in parts}


def _broken(file: str, message: str) -> BrokenTree:
    return BrokenTree([Complaint(file, 1, message)])
