"""A menu of as many screens as are wanted: of each kind, each said in eight languages."""

from locales.catalogues import NAMES, SOURCE, Translation
from menus import versions
from menus.phrasebook import messages
from menus.versions import Written

LANGUAGES = tuple(NAMES)
_HEAD = """\
tree: large
service_codes: ["*384*99#"]
languages: [{languages}]
start:
  - {{go: home}}
home: home

screens:
  home:
    choose: "Commune {run}"
    options:
      - {{say: "Commencer", go: s0}}
"""
# A choice, a list, a question, an action and a text, then the next five.
_FIVE = """
  s{0}:
    choose: "Que voulez-vous, {0} ?"
    options:
      - {{say: "Un bureau {0}", go: s{1}}}
      - {{say: "Une question {0}", go: s{2}}}
      - {{say: "Mon ticket {0}", go: s{3}}}
      - {{say: "Autre chose {0}", go: s{4}}}
  s{1}:
    choose: "Quel bureau, {1} ?"
    from: {{source: queues.offices, as: office{1}, go: s{4}, empty: s{4}}}
  s{2}:
    ask: "Combien d'enfants, {2} ?"
    as: children{2}
    check: number
    least: 1
    most: 9
    wrong: "Tapez un nombre de 1 à 9."
    otherwise: home
    go: told{2}
  told{2}:
    say: "Vous avez dit {{children{2}}}, numéro {2}."
    go: s{4}
  s{3}:
    do: queues.latest_ticket
    outcomes: {{one: s{4}, none: s{4}}}
  s{4}:
    say: "Apportez la carte et le reçu numéro {4}."
"""


def large(screens: int, run: int) -> Written:
    """Another one for each run."""
    rounds = max(1, (screens - 1) // 6)
    parts = [_HEAD.format(languages=", ".join(LANGUAGES), run=run)]
    for number in range(rounds):
        parts.append(_FIVE.format(*range(5 * number, 5 * number + 5)))
        if number + 1 < rounds:
            parts.append(f"    go: s{5 * number + 5}\n")
    parts.append("    end: true\n")
    text = "".join(parts)
    said = {message: Translation(_longer(message[1]), "reviewed") for message in messages(text)}
    return versions.written(text, {one: said for one in LANGUAGES if one != SOURCE})


def _longer(french: str) -> str:
    return french if len(french) > 60 else f"{french}a" if french[-1].isalpha() else french
