"""Drawings of trees: everything is in them, and no text of an author's becomes markup."""

import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app import OFFERING
from locales.catalogues import FOLDED, look_up
from locales.templates import template
from menus import library
from menus.compiler import compile_tree
from menus.graph import START, mermaid, svg, ways
from menus.tree import Option, Say, Tree
from tests.menus.trees import compiled

assert OFFERING  # what these rooms offer to menus is registered

TREES = {"sound": compiled()} | {
    path.stem: compile_tree(path.read_text(encoding="utf-8"), look_up, FOLDED, path.name)
    for path in sorted(library.TREES.glob("*.yaml"))
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=TREES.values(), ids=TREES.keys())
def tree(request) -> Tree:
    return request.param


def test_the_ways_are_those_of_the_tree():
    told = {(way.source, way.target, way.label) for way in ways(TREES["sound"])}
    assert {
        (START, "welcome", "si first_dial"),
        (START, "home", "sinon"),
        ("welcome", "home", "Continuer"),
        ("home", "fruits", "Fruits"),
        ("fruits", "take", "choix : what"),
        ("fruits", "nothing", "liste vide"),
        ("take", "taken", "taken"),
        ("age", "old", "saisie : age"),
        ("age", "nothing", "2 saisies fausses"),
    } <= told


def test_every_screen_and_every_way_is_in_the_flowchart(tree):
    drawn = mermaid(tree)
    nodes = re.findall(r'^  (\w+)[(\[{]+/?"', drawn, re.M)
    assert nodes == ["start", *(f"s_{name}" for name in tree.screens)]
    arrows = re.findall(r'^  (\w+) -->\|"[^"]*"\| (\w+)$', drawn, re.M)
    expected = [
        (f"s_{way.source}" if way.source else "start", f"s_{way.target}") for way in ways(tree)
    ]
    assert arrows == expected


def test_every_screen_and_every_way_is_in_the_svg(tree):
    root = ElementTree.fromstring(svg(tree))
    boxes = {group.get("data-screen") for group in root.iter(f"{SVG}g")}
    assert boxes == {START, *tree.screens}
    lines = Counter(
        (path.get("data-from"), path.get("data-to"))
        for path in root.iter(f"{SVG}path")
        if path.get("data-to")
    )
    assert lines == Counter((way.source, way.target) for way in ways(tree))


def test_the_svg_stands_on_its_own_with_nothing_outside_its_edges(tree):
    root = ElementTree.fromstring(svg(tree))
    width, height = int(root.get("width")), int(root.get("height"))
    for box in root.iter(f"{SVG}rect"):
        assert int(box.get("x", "0")) + int(box.get("width")) <= width
        assert int(box.get("y", "0")) + int(box.get("height")) <= height


def test_boxes_do_not_lie_on_each_other(tree):
    root = ElementTree.fromstring(svg(tree))
    places = [
        (int(box.get("x")), int(box.get("y")), int(box.get("height")))
        for box in root.iter(f"{SVG}rect")
        if box.get("x")
    ]
    for x, y, height in places:
        assert not [1 for other in places if other[0] == x and y < other[1] < y + height]


HOSTILE = '<script>alert("x")</script>] |--> `&amp;` #quot; \x0b end'


def test_hostile_text_is_text_in_both():
    sound = TREES["sound"]
    said = {language: template(HOSTILE) for language in sound.languages}
    screens = {
        **sound.screens,
        "home": replace(sound.screens["home"], options=(Option(said, "end", {}, None),)),
        "end": Say(said, True, None),
    }
    tree = replace(sound, screens=screens)

    drawn = svg(tree)
    assert "<script" not in drawn
    root = ElementTree.fromstring(drawn)
    assert HOSTILE.replace("\x0b ", "") in [title.text for title in root.iter(f"{SVG}title")]

    chart = mermaid(tree)
    assert "<script" not in chart
    [node] = [line for line in chart.splitlines() if line.startswith("  s_end")]
    assert re.fullmatch(r'  s_end\(\["[^"\[\]<>`|&]*<br/>[^"\[\]<>`|&]*"\]\)', node)
    [arrow] = [line for line in chart.splitlines() if line.startswith("  s_home -->")]
    assert re.fullmatch(r'  s_home -->\|"[^"\[\]<>`|&]*"\| s_end', arrow)


def test_a_tree_without_french_is_drawn_in_its_first_language():
    sound = TREES["sound"]
    english = replace(sound, languages=("en",))
    assert "Fruits" in svg(english)
    assert "Fruits" in mermaid(english)


def test_a_screen_that_no_way_leads_to_is_drawn_too():
    sound = TREES["sound"]
    text = sound.screens["nothing"].text
    lost = replace(sound, screens={**sound.screens, "lost": Say(text, True, None)})
    assert 'data-screen="lost"' in svg(lost)
