"""Colours can be read: 4.5:1 or better (WCAG 2.2, 1.4.3), in every scheme."""

import re
from pathlib import Path

import pytest

import console

CSS = (Path(console.__file__).parent / "static/console.css").read_text(encoding="utf-8")
ROOTS = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)
LIGHT, DARK, MORE, MORE_DARK = (dict(re.findall(r"--([\w-]+): (#\w{6})", one)) for one in ROOTS)
SCHEMES = {
    "light": LIGHT,
    "dark": LIGHT | DARK,
    "high contrast": LIGHT | MORE,
    "dark, high contrast": LIGHT | DARK | MORE | MORE_DARK,
}
TEXTS = [
    *(
        (ink, ground)
        for ink in ("ink", "soft", "accent", "red", "amber")
        for ground in ("ground", "surface")
    ),
    *(("on-accent", "accent"), ("accent", "tint"), ("ink", "tint"), ("soft", "tint")),
    *(("ink", "amber-tint"), ("amber", "amber-tint"), ("ink", "red-tint"), ("red", "red-tint")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_stand_out_from_their_ground(scheme):
    colours = SCHEMES[scheme]
    for ink, ground in TEXTS:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (scheme, ink, ground)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_of_fields_and_the_focus_can_be_seen(scheme):
    colours = SCHEMES[scheme]
    for line in ("edge", "focus"):
        assert contrast(colours[line], colours["ground"]) >= 3, (scheme, line)
        assert contrast(colours[line], colours["surface"]) >= 3, (scheme, line)


def test_what_moves_stands_still_for_those_who_want_it():
    assert "prefers-reduced-motion" in CSS
    assert all(int(ms) <= 120 for ms in re.findall(r"(\d+)ms", CSS))
