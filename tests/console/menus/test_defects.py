"""What the checks say of a tree is said in French too, with the way to mend it."""

import pytest

from console.menus.defects import in_french
from menus.compiler import examine
from menus.layouts import USUAL
from menus.source import read
from menus.subject import Subject
from tests.menus.checks.examined import changed
from tests.menus.trees import french

BROKEN = {
    "Écran à l'infini": ('say: "Rien."', 'say: "' + "mot " * 200 + '"', "Trop long en fr"),
    "a question": ('ask: "Quel âge ?"', 'ask: "' + "mot " * 60 + '"', "tient sur une page"),
    "nowhere": ("go: old", "go: elsewhere", "n'existe pas"),
    "alike": ('say: "Secret", go', 'say: "Fruits", go', "Se lit comme le choix 1"),
    "a number": ('say: "Fruits"', 'say: "2 fruits"', "Commence par un chiffre"),
    "no check": ("check: digits", "check: dogits", "Aucun contrôle dogits"),
    "bounds": ("least: 1", "least: 9", "Rien n'est au moins 9"),
    "no action": ("do: test.take", "do: test.make", "Aucune action test.make"),
    "an outcome": ("{taken: taken, none: nothing}", "{taken: taken}", "peut finir par « none »"),
    "none such": ("none: nothing}", "none: nothing, odd: home}", "ne finit jamais par « odd »"),
    "unknown": ('say: "Âge : {age}"', 'say: "Âge : {years}"', "years n'est pas connu ici"),
    "a sign": ('say: "Rien."', 'say: "Rien~"', "prend deux places"),
    "a condition": ('{say: "Âge", go: age}', '{say: "Âge", when: x, go: age}', "condition x"),
    "cut off": ('      - {say: "Fruits", go: fruits}\n', "", "Aucun chemin ne mène ici"),
    "empty": (', empty: nothing}\n    options:\n      - {say: "Aucun", go: home}', "}", "vide"),
}


@pytest.mark.parametrize(("old", "new", "wanted"), BROKEN.values(), ids=BROKEN.keys())
def test_a_defect_is_said_in_french(old, new, wanted):
    subject = Subject(read(changed(old, new)), french, frozenset(), {"usual": USUAL})
    said = [in_french(one.message) for one in examine(subject) if one.screen is not None]
    assert None not in said, [one.message for one in examine(subject)]
    assert any(wanted in one for one in said), said
