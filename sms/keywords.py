"""What a citizen means by an SMS. Pure.

Forgiving: capitals, accents, blanks, punctuation and the prefixes of SMS services (`.` `*` `#`) say
nothing, and Wolof may be written as the French would. STOP, START and LA are heeded as a word alone
only: "STOP 12345" and "stop it please" may mean anything, and get the answer that helps. "Je suis
en retard" and "je suis là" are RETARD and LA.

Words: French and English; in other languages only those that SMS services or dictionaries have
(Tostan's SMS service in Senegal for Wolof and Pulaar; MediaWiki's and Debian's interfaces, Bamadaba
and GATITOS for single words; newspapers for complaints). STOP and AIDE do everywhere.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

STATUS, TICKET, CANCEL, HELP = "STATUT", "TICKET", "ANNULER", "AIDE"
LANGUAGE, STOP, START, EMAIL = "LANGUE", "STOP", "START", "EMAIL"
LATE, HERE = "RETARD", "LA"
COMPLAIN = "PLAINTE"
NUMBER = "NUMBER"  # a bare digit or 10: an answer to a question
UNKNOWN = "UNKNOWN"

# keyword -> language of the word, None for one that several share -> words
_WORDS: Final[dict[str, dict[str | None, str]]] = {
    STATUS: {"fr": "statut suivi etat", None: "status dossier"},
    TICKET: {None: "ticket", "wo": "tiket", "sw": "tiketi"},
    CANCEL: {
        "fr": "annuler annule annulez annulation",
        "en": "cancel",
        "wo": "neenal",
        "ff": "haaytu",
        "bm": "dankari",
        "ha": "soke",
        "sw": "ghairi",
        "pt": "cancelar",
    },
    HELP: {
        "fr": "aide aider",
        "en": "help",
        "wo": "ndimbal",
        "ff": "ballal dallal",
        "bm": "dɛmɛ",
        "ha": "taimako",
        "sw": "msaada usaidizi",
        "pt": "ajuda",
        None: "info menu",
    },
    LANGUAGE: {
        "fr": "langue langues",
        "en": "language",
        "wo": "làkk kàllaama",
        "ff": "demngal ɗemngal",
        "ha": "harshe",
        "sw": "lugha",
        "pt": "idioma lingua",
        None: "langage lang",
    },
    STOP: {
        None: "stop",
        "fr": "arret arrete arretez arreter quitter",
        "en": "leave unsubscribe",
        "wo": "génn dakkal taxawal",
        "ff": "yaltude iwde dartin",
        "bm": "dabila",
        "ha": "daina",
        "sw": "acha sitisha",
    },
    START: {
        None: "start",
        "fr": "entrer reprendre",
        "en": "join",
        "wo": "duggu dugg boole yokk",
        "ff": "naatde naalde tawtude naattugol",
    },
    LATE: {"fr": "retard retarde", "en": "late", "sw": "nimechelewa", "pt": "atraso atrasado"},
    HERE: {"fr": "la ici", "en": "here", "sw": "nipo", "pt": "aqui"},
    COMPLAIN: {
        "fr": "plainte plaintes reclamation reclamer",
        "en": "complaint complain",
        None: "pelent",
        "wo": "jàmbat tawat ñaxtu",
        "ff": "wullitaango pelente",
        "bm": "makasi damakasi",
        "ha": "korafi",
        "sw": "malalamiko",
    },
    EMAIL: {None: "email e-mail mail courriel mel"},
}
_ALONE: Final = (STOP, START, HERE)
_OF_ONESELF: Final = (LATE, HERE)  # what may follow "je suis"
_NUMBERED: Final = ("n", "no", "num", "numero", "ref", "reference")  # before a reference

_LANGUAGES: Final[dict[str, str]] = {
    "fr": "fr francais french frances",
    "en": "en english anglais ingles",
    "wo": "wo wolof ouolof",
    "ff": "ff pulaar peul poular pular fulfulde",
    "bm": "bm bambara bamanankan",
    "ha": "ha haoussa hausa haousa",
    "sw": "sw swahili kiswahili souahili",
    "pt": "pt portugais portugues portuguese",
}

# Letters that are no mere accents on others.
_LETTERS: Final = str.maketrans(
    {"ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ɲ": "n", "ŋ": "ng"}
)
# As the French would write it: what stands for what, in this order.
_FRENCH: Final = (
    (re.compile("tch|th|ch"), "c"),
    (re.compile("kh"), "x"),
    (re.compile("gu(?=[ei])"), "g"),
    (re.compile("gn|ny|ni(?=[aeou])"), "n"),
    (re.compile("dj|di(?=[aeou])"), "j"),
    (re.compile("eu"), "e"),
    (re.compile("ou"), "u"),
)
_I_AM = re.compile(r"[\W_]*(?:je\s+suis|i\s+am|i['’]?m)\s+(?:en\s+)?(?=\w)", re.IGNORECASE)
_FIRST = re.compile(r"[\W_]*([^\W\d_]+(?:[-'’][^\W\d_]+)*)(.*)", re.DOTALL)
_BARE = re.compile(r"[\s.*#\"'(«]*(10|[0-9])[\s.,;:!?*#\"')»]*")
_REFERENCE = re.compile(r"(?:\D{0,3}\d){10}\D*")
_QUESTION = re.compile(r"[\s¿؟]*\?[\s?!]*")


@dataclass(frozen=True, slots=True)
class Understood:
    """`rest`: what follows the keyword; for NUMBER the number. `language`: the one that the word
    is of, where it is of one only."""

    keyword: str
    rest: str = ""
    language: str | None = None


def understand(text: str) -> Understood:
    """What this SMS asks for; UNKNOWN where it can't be told."""
    words = _readable(text)
    bare = _BARE.fullmatch(words)
    if bare:
        return Understood(NUMBER, bare[1])
    if _QUESTION.fullmatch(words):
        return Understood(HELP)
    found = _FIRST.fullmatch(words)
    if found is None:
        return _without_letters(words)
    first, rest = found.groups()
    word = plain(first)
    known = _KEYWORDS.get(word)
    if known is None:
        return _of_oneself(words) or _without_keyword(words, word, rest)
    keyword, language = known
    rest = rest.strip().strip(".,;:!?*#=-\"'()«» ").strip()
    if keyword in _ALONE and rest:
        return Understood(UNKNOWN, words)
    return Understood(keyword, rest, language)


def _of_oneself(words: str) -> Understood | None:
    """ "Je suis là", "I am late": what follows is the keyword."""
    said = _I_AM.match(words)
    if said is None:
        return None
    meant = understand(words[said.end() :])
    return meant if meant.keyword in _OF_ONESELF else Understood(UNKNOWN, words)


def _without_letters(words: str) -> Understood:
    if _REFERENCE.fullmatch(words):
        return Understood(STATUS, words.strip())
    return Understood(UNKNOWN, words)


def _without_keyword(words: str, word: str, rest: str) -> Understood:
    """A language's name alone asks for it; so does a reference with "n°" before it."""
    if word in _NUMBERED and reference_in(rest):
        return Understood(STATUS, rest.strip())
    if not re.search(r"\w", rest) and len(word) > 2 and word in _NAMED:
        return Understood(LANGUAGE, _NAMED[word])
    return Understood(UNKNOWN, words)


def plain(word: str) -> str:
    """A word as compared: small letters without accents, French spelling undone."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(one for one in letters if one.isalpha()).translate(_LETTERS)
    for french, written in _FRENCH:
        letters = french.sub(written, letters)
    return letters


def words() -> Mapping[str, Mapping[str | None, Sequence[str]]]:
    """Every keyword: by language its words, under None those that several share."""
    return {
        keyword: {language: written.split() for language, written in languages.items()}
        for keyword, languages in _WORDS.items()
    }


def language_of(rest: str) -> str | None:
    """The language that is named, by its code or name, in French, English or itself."""
    found = _FIRST.fullmatch(rest)
    return _NAMED.get(plain(found[1])) if found else None


def reference_in(rest: str) -> str | None:
    """Ten digits, in any grouping; None for fewer or more."""
    digits = "".join(one for one in rest if one.isdecimal())
    return digits if len(digits) == 10 else None


def label_in(rest: str) -> str | None:
    """A ticket's label: `A012`, `a 12`; with three digits at least, as tickets have it."""
    found = re.search(r"([A-Za-z])[\s.\-]*(\d{1,4})(?!\d)", rest)
    return f"{found[1].upper()}{int(found[2]):03d}" if found else None


def _readable(text: str) -> str:
    """Western digits, no letters that can't be seen."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(sign)
        if sign.isdecimal():
            signs.append(str(int(sign)))
        elif kind in ("Zs", "Zl", "Zp", "Cc"):
            signs.append(" ")
        elif kind not in ("Cf", "Cs", "Co", "Cn"):
            signs.append(sign)
    return "".join(signs).strip()


_KEYWORDS: Final = {
    plain(word): (keyword, language)
    for keyword, languages in _WORDS.items()
    for language, words in languages.items()
    for word in words.split()
}
_NAMED: Final = {
    plain(word): language for language, words in _LANGUAGES.items() for word in words.split()
}
