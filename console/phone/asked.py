"""What is asked of the web phone: its settings, from a form or a link. What is wrong with them is
left out; with the number, it is said beside its field."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from werkzeug.datastructures import MultiDict

from citizens.made_up import draw, is_made_up
from citizens.phones import local
from console.phone.calls import MOST_ENTRIES, Call, Setup
from console.phone.trees import Choice
from console.speaking import N_
from settings import Settings
from ussd.gateways import all_gateways
from ussd.phone import PROFILES

NETWORKS: Final = {
    "good": N_("Bon réseau"),
    "twice": N_("Chaque demande arrive deux fois"),
    "lossy": N_("Une réponse sur trois se perd"),
    "spoiling": N_("@ s'affiche ¡"),
    "short": N_("Écran coupé à 120 caractères"),
}
_OF_A_PERSON: Final = N_(
    "Ce numéro peut être celui de quelqu'un. Prenez un numéro inventé, qui commence par +999."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`wrong`: what to say beside the number's field; `typed`: what stands in it."""

    setup: Setup
    steps: tuple[str, ...] = ()
    typed: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What who is here may dial."""

    settings: Settings
    choices: Sequence[Choice] = field(default_factory=tuple)

    def allows(self, call: Call) -> bool:
        """Whether a call that was put away may still go on: a page may be older than a setting."""
        setup = call.setup
        return (
            is_made_up(setup.number, self._demo)
            and setup.provider in all_gateways()
            and setup.network in PROFILES
            and setup.real == self._real(setup.draft)
            and any(one.tree == setup.tree and one.draft == setup.draft for one in self.choices)
        )

    @property
    def _demo(self) -> bool:
        return self.settings.environment == "demo"

    def _real(self, draft: bool) -> bool:
        return self.settings.phone_acts and not draft

    def asked(self, fields: "MultiDict[str, str]") -> Asked | None:
        """None where no tree can be dialled at all."""
        choice = self._choice(fields)
        if choice is None:
            return None
        typed = fields.get("number", "").strip()
        number = self._number(typed)
        setup = Setup(
            number=number or draw(random.SystemRandom()),
            tree=choice.tree,
            code=choice.code,
            draft=choice.draft,
            real=self._real(choice.draft),
            provider=_one_of(fields.get("provider"), all_gateways()),
            network=_one_of(fields.get("network"), PROFILES),
            language=fields.get("language", "")[:3],
            facts=tuple(fields.getlist("fact"))[:40],
        )
        steps = tuple(one[:160] for one in fields.get("steps", "").split("*") if one)
        wrong = _OF_A_PERSON if typed and number is None else ""
        return Asked(setup, steps[:MOST_ENTRIES], typed or setup.number, wrong)

    def _choice(self, fields: "MultiDict[str, str]") -> Choice | None:
        """By the form's key, else as a link names it; else the first."""
        wanted = fields.get("what") or (
            f"{'draft' if fields.get('draft') == '1' else 'live'}:{fields.get('tree', '')}"
        )
        found = next((one for one in self.choices if one.key == wanted), None)
        return found or next(iter(self.choices), None)

    def _number(self, typed: str) -> str | None:
        """The number, if it is nobody's."""
        try:
            number = local(typed, self.settings.country_prefix)
        except ValueError:
            return None
        return number if is_made_up(number, self._demo) else None


def _one_of(wanted: str | None, known: Mapping[str, object]) -> str:
    default = "africastalking" if "africastalking" in known else "good"
    return wanted if wanted is not None and wanted in known else default
