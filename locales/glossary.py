"""Words of public services in our languages (`glossary.yaml`), and which of them a text holds."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from gsm.alphabet import fold

_FILE: Final = Path(__file__).with_name("glossary.yaml")
_WORDS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """`french` as the glossary has it; `said`: how the language says it, remarks in brackets."""

    french: str
    said: str


@lru_cache(maxsize=1)
def _terms() -> tuple[tuple[tuple[tuple[str, ...], ...], dict[str, str]], ...]:
    """Each with the ways in which French says it, as stems."""
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple((_ways(row["fr"]), row) for row in rows)


def terms(language: str, french: str) -> list[Term]:
    """The glossary's terms that occur in a French text, as the language says them."""
    stems = _stems(re.sub(r"\{[^}]*\}", " ", french))
    return [
        Term(row["fr"], row[language])
        for ways, row in _terms()
        if language in row and any(_holds(stems, way) for way in ways)
    ]


def _ways(french: str) -> tuple[tuple[str, ...], ...]:
    plain = re.sub(r"\([^)]*\)", "", french)
    return tuple(stems for way in plain.split("/") if (stems := _stems(way)))


def _stems(text: str) -> tuple[str, ...]:
    """Words without capitals, accents and the endings of plural and feminine."""
    words = _WORDS.findall(_bare(text))
    return tuple(re.sub(r"(?<=..)(?:es|s|x|e)$", "", word) for word in words)


def _bare(text: str) -> str:
    return fold(text).lower().translate(str.maketrans("éèàùìòç", "eeauioc"))


def _holds(stems: tuple[str, ...], way: tuple[str, ...]) -> bool:
    return any(stems[at : at + len(way)] == way for at in range(len(stems) - len(way) + 1))
