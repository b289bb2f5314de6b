"""Draws a tree, in French: as a Mermaid flowchart, and as SVG in a layout of our own. Pure.

Drawn is what the tree says of ways: 0, 00 and 98 work everywhere and are not drawn.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from locales.templates import Placeholder, Template
from menus.tree import Ask, Choose, Do, Say, Screen, Text, Tree

START = ""  # where ways begin that lead into the tree


@dataclass(frozen=True, slots=True)
class Way:
    """From a screen, or from START, to a screen; `label` is what leads there."""

    source: str
    target: str
    label: str


def ways(tree: Tree) -> Iterator[Way]:
    """Every way in the tree, in the file's order."""
    for rule in tree.start:
        yield Way(START, rule.go, f"si {rule.when}" if rule.when else "sinon")
    for name, screen in tree.screens.items():
        for target, label in _out(tree, screen):
            yield Way(name, target, label)


def _out(tree: Tree, screen: Screen) -> Iterator[tuple[str, str]]:
    if isinstance(screen, Say):
        if screen.go is not None:
            yield screen.go, "Continuer"
    elif isinstance(screen, Choose):
        if screen.listed is not None:
            yield screen.listed.go, f"choix : {screen.listed.kept}"
            if screen.listed.empty is not None:
                yield screen.listed.empty, "liste vide"
        for option in screen.options:
            condition = f" (si {option.when})" if option.when else ""
            yield option.go, _french(tree, option.text) + condition
    elif isinstance(screen, Ask):
        yield screen.go, f"saisie : {screen.kept}"
        yield screen.otherwise, f"{screen.tries} saisies fausses"
    else:
        yield from ((target, outcome) for outcome, target in screen.outcomes.items())


def _french(tree: Tree, text: Text) -> str:
    """The French text as its author wrote it, on one line; a tree without French, its first."""
    written: Template = text[tree.language("fr")]
    parts = (f"{{{one.name}}}" if isinstance(one, Placeholder) else one for one in written.parts)
    return " ".join("".join(parts).split())


def _words(tree: Tree, name: str) -> str:
    """What a screen says; of an action, its name and what it is handed."""
    if name == START:
        return ", ".join(tree.service_codes)
    screen = tree.screens[name]
    if isinstance(screen, Do):
        return f"{screen.action}({', '.join(screen.given)})"
    return _french(tree, screen.text)


def _kind(tree: Tree, name: str) -> str:
    if name == START:
        return "start"
    screen = tree.screens[name]
    if isinstance(screen, Say) and screen.ends:
        return "end"
    return {Say: "say", Choose: "choose", Ask: "ask", Do: "do"}[type(screen)]


# -- Mermaid ------------------------------------------------------------------------------------

_SHAPES = {
    "start": ("((", "))"),
    "say": ("(", ")"),
    "end": ("([", "])"),
    "choose": ("{{", "}}"),
    "ask": ("[/", "/]"),
    "do": ("[[", "]]"),
}
_MEANT = set('"#&<>[]{}|\\`*')  # what Mermaid, HTML or Markdown may take for its own


def mermaid(tree: Tree) -> str:
    """A flowchart; each kind of screen has its shape."""
    lines = ["flowchart LR"]
    for name in (START, *tree.screens):
        opened, closed = _SHAPES[_kind(tree, name)]
        said = _quoted(_words(tree, name))
        label = f"{_quoted(name)}<br/>{said}" if name else said
        lines.append(f'  {_id(name)}{opened}"{label}"{closed}')
    for way in ways(tree):
        lines.append(f'  {_id(way.source)} -->|"{_quoted(way.label)}"| {_id(way.target)}')
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    """An id that is none of Mermaid's own words, such as `end`."""
    return f"s_{name}" if name else "start"


def _quoted(text: str) -> str:
    return "".join(f"#{ord(sign)};" if sign in _MEANT else sign for sign in text)


# -- SVG ----------------------------------------------------------------------------------------

_GROUND, _INK, _ACCENT, _PALE = "#faf8f3", "#1c2118", "#14532d", "#6b7265"
_FILLS = {"start": "#14532d", "say": "#ffffff", "end": "#dfe9df", "choose": "#ffffff"}
_FILLS |= {"ask": "#fdf3d8", "do": "#ece8dd"}
_CAPTIONS = {"start": "début", "say": "texte", "end": "fin", "choose": "choix", "ask": "saisie"}
_CAPTIONS |= {"do": "action"}
_WIDTH, _HEAD, _ROW, _GAP, _ASIDE, _TOP = 226, 40, 17, 18, 136, 56
_NOTE, _NOTED = 28, "#8a4b00"
_CHANNEL = 60  # how much of the space between columns is for lines that go up or down
_SHOWN = 30  # characters of a text that a box shows


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted on a screen's box; `share`, from 0 to 1, is drawn as a bar below it."""

    text: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class _Box:
    name: str
    layer: int
    x: int
    y: int
    ways: tuple[Way, ...]
    note: Note | None = None

    @property
    def head(self) -> int:
        return _HEAD + (_NOTE if self.note else 0)

    @property
    def height(self) -> int:
        return self.head + _ROW * len(self.ways) + (6 if self.ways else 0)

    def port(self, index: int) -> int:
        """How far down the way leaves the box: beside its label."""
        return self.y + self.head + _ROW * index + _ROW // 2


def svg(tree: Tree, notes: Mapping[str, Note] | None = None) -> str:
    """Boxes in columns by how many ways they are from the start. A box lists the ways out of it;
    a line leads each to the next column, and an arrow with a name stands for a way elsewhere.
    `notes` are written on the boxes of their screens."""
    boxes = _boxes(tree, notes or {})
    width = max(box.x for box in boxes.values()) + _WIDTH + _ASIDE + 24
    height = max(box.y + box.height for box in boxes.values()) + 24
    turns = _turns(boxes)
    lines = [line for box in boxes.values() for line in _lines(box, boxes, turns)]
    names = [name for box in boxes.values() for name in _elsewhere(box, turns)]
    drawn = [line for box in boxes.values() for line in _drawn(tree, box)]
    title = _safe(f"{tree.name} : {_words(tree, START)}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="12" '
            f'fill="{_INK}">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="{_GROUND}"/>',
            f'<text x="24" y="32" font-size="18" font-weight="bold">{title}</text>',
            *lines,
            *names,
            *drawn,
            "</svg>\n",
        ]
    )


def _layers(tree: Tree) -> Mapping[str, int]:
    """How many ways each screen is from the start; what no way reaches stands in the last layer."""
    layers, reached = {START: 0}, [START]
    out: dict[str, list[str]] = {}
    for way in ways(tree):
        out.setdefault(way.source, []).append(way.target)
    for name in reached:
        for target in out.get(name, []):
            if target not in layers:
                layers[target] = layers[name] + 1
                reached.append(target)
    last = max(layers.values()) + 1
    return {**layers, **{name: last for name in tree.screens if name not in layers}}


def _boxes(tree: Tree, notes: Mapping[str, Note]) -> dict[str, _Box]:
    """Every screen's box. A column is in the order of the lines that come in from the left."""
    layers, boxes = _layers(tree), dict[str, _Box]()
    everything = tuple(ways(tree))
    for layer in range(max(layers.values()) + 1):
        x, y = 24 + layer * (_WIDTH + _ASIDE), _TOP
        names = [name for name in (START, *tree.screens) if layers[name] == layer]
        for name in sorted(names, key=lambda one: _height_of(one, boxes, layer)):
            out = tuple(way for way in everything if way.source == name)
            boxes[name] = _Box(name, layer, x, y, out, notes.get(name))
            y += boxes[name].height + _GAP
    return boxes


def _height_of(name: str, boxes: Mapping[str, _Box], layer: int) -> float:
    """The mean height of the ways that lead to a screen from the column before."""
    ports = [
        box.port(index)
        for box in boxes.values()
        if box.layer == layer - 1
        for index, way in enumerate(box.ways)
        if way.target == name
    ]
    return sum(ports) / len(ports) if ports else float("inf")


def _turns(boxes: Mapping[str, _Box]) -> dict[Way, int]:
    """Where each line to the next column turns, so that no two share a stretch and few cross: of
    those that go down, the highest turns last; of those that go up, the lowest."""
    turns: dict[Way, int] = {}
    for layer in {box.layer for box in boxes.values()}:
        lines = [
            (box.port(index) > boxes[way.target].y, box.port(index), way)
            for box in boxes.values()
            if box.layer == layer
            for index, way in enumerate(box.ways)
            if boxes[way.target].layer == layer + 1
        ]
        lines.sort(key=lambda line: (line[0], -line[1] if line[0] else line[1]))
        for order, (_, _, way) in enumerate(lines):
            right = boxes[way.source].x + _WIDTH + _ASIDE - 16
            turns[way] = right - round(_CHANNEL * order / max(len(lines), 8))
    return turns


def _lines(box: _Box, boxes: Mapping[str, _Box], turns: Mapping[Way, int]) -> Iterator[str]:
    """The ways out of a box, each a path from its label on."""
    for index, way in enumerate(box.ways):
        target, right, port = boxes[way.target], box.x + _WIDTH, box.port(index)
        ends = f"data-from={quoteattr(way.source)} data-to={quoteattr(way.target)}"
        if way in turns:
            path, tip = f"V{target.y + 14}H{target.x - 6}", (target.x, target.y + 14)
            path = f"M{right} {port}H{turns[way]}{path}"
        else:
            path, tip = f"M{right} {port}h8", (right + 14, port)
        yield f'<path d="{path}" {ends} fill="none" stroke="{_ACCENT}" stroke-opacity="0.7"/>'
        yield f'<path d="M{tip[0]} {tip[1]}l-6 -3.5v7z" fill="{_ACCENT}"/>'


def _elsewhere(box: _Box, turns: Mapping[Way, int]) -> Iterator[str]:
    """The names of the screens that the box's short arrows stand for."""
    for index, way in enumerate(box.ways):
        if way not in turns:
            yield (
                f'<text x="{box.x + _WIDTH + 17}" y="{box.port(index) + 4}" font-size="11" '
                f'paint-order="stroke" stroke="{_GROUND}" stroke-width="4">'
                f"{_safe(way.target)}</text>"
            )


def _drawn(tree: Tree, box: _Box) -> Iterator[str]:
    """A box: the name, the kind and the first words of a screen, and the ways out of it."""
    kind, said = _kind(tree, box.name), _words(tree, box.name)
    shown = said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
    ink = _GROUND if kind == "start" else _INK
    rounded = {"say": 10, "end": 18, "start": 18}.get(kind, 2)
    dashed = ' stroke-dasharray="5 3"' if kind == "ask" else ""
    yield f"<g data-screen={quoteattr(box.name)}><title>{_safe(said)}</title>"
    yield (
        f'<rect x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{box.height}" rx="{rounded}" '
        f'fill="{_FILLS[kind]}" stroke="{_ACCENT}"{dashed}/>'
    )
    yield (
        f'<text x="{box.x + 12}" y="{box.y + 17}" font-weight="bold" fill="{ink}">'
        f"{_safe(box.name or tree.name)}</text>"
        f'<text x="{box.x + _WIDTH - 12}" y="{box.y + 17}" font-size="10" text-anchor="end" '
        f'fill="{_PALE if kind != "start" else ink}">{_CAPTIONS[kind]}</text>'
    )
    yield f'<text x="{box.x + 12}" y="{box.y + 33}" fill="{ink}">{_safe(shown)}</text>'
    if box.note is not None:
        yield from _noted(box, box.note)
    for index, way in enumerate(box.ways):
        label = way.label if len(way.label) <= _SHOWN else way.label[: _SHOWN - 1] + "…"
        yield (
            f'<text x="{box.x + _WIDTH - 12}" y="{box.port(index) + 4}" font-size="11" '
            f'text-anchor="end" fill="{ink if kind == "start" else _ACCENT}">{_safe(label)}</text>'
        )
    yield "</g>"


def _noted(box: _Box, note: Note) -> Iterator[str]:
    x, y, wide = box.x + 12, box.y + _HEAD, _WIDTH - 24
    yield f'<text x="{x}" y="{y + 12}" font-weight="bold" fill="{_NOTED}">{_safe(note.text)}</text>'
    if note.share is not None:
        yield f'<rect x="{x}" y="{y + 17}" width="{wide}" height="5" fill="#e8e2d4"/>'
        part = round(wide * min(max(note.share, 0.0), 1.0))
        yield f'<rect x="{x}" y="{y + 17}" width="{part}" height="5" fill="{_NOTED}"/>'


def _safe(text: str) -> str:
    """The text for XML, without the characters that XML can't hold."""
    return escape("".join(sign if sign.isprintable() else " " for sign in text))
