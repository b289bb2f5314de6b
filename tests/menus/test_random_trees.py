"""Trees of every shape: they compile, and no walk in them raises, overflows or is stuck."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gsm.alphabet import measure
from locales.catalogues import Translation
from menus.compiler import compile_tree
from menus.layouts import USUAL
from menus.rehearsal import MemoryPhone

LANGUAGES = ["fr", "wo", "bm"]
words = st.text(alphabet="abcdeéèçŋɓëɛɔ ’.,?!0123456789", min_size=1, max_size=30).map(
    lambda text: f"m{text.strip()}"
)


@st.composite
def trees(draw) -> str:
    """A tree in which every screen has a way that leads to it, and an end is to be reached. Three
    ways from a screen at most: more are refused where they are read on more than three pages."""
    count = draw(st.integers(2, 9))
    names = [f"s{number}" for number in range(count)]
    ways: dict[str, list[str]] = {name: [] for name in names}
    for number in range(1, count):
        free = [name for name in names[:number] if len(ways[name]) < 3]
        ways[draw(st.sampled_from(free))].append(names[number])
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(names))
        ways[name] += [draw(st.sampled_from(names))] if len(ways[name]) < 3 else []
    ways["s0"].append("bye")
    lines = [
        "tree: random",
        'service_codes: ["*1#"]',
        f"languages: [{', '.join(LANGUAGES)}]",
        "start: [{go: s0}]",
        "home: s0",
        "screens:",
        "  bye:",
        f'    say: "{draw(words)}"',
        "    end: true",
    ]
    for name in names:
        lines += draw(screen(name, ways[name]))
    return "\n".join(lines) + "\n"


@st.composite
def screen(draw, name: str, ways: list[str]) -> list[str]:
    text = draw(words)
    if not ways:
        return [f"  {name}:", f'    say: "{text}"']
    if len(ways) == 1 and name != "s0" and draw(st.booleans()):
        return [
            f"  {name}:",
            f'    ask: "{text}"',
            f"    as: typed_{name}",
            "    check: digits",
            "    otherwise: s0",
            f"    go: {ways[0]}",
        ]
    options = [
        f'      - {{say: "{number} {draw(words)[:4]}", go: {way}}}'
        for number, way in enumerate(ways)
    ]
    return [f"  {name}:", f'    choose: "{text}"', "    options:", *options]


def translations(language: str, _context: str, french: str) -> Translation:
    return Translation(french if language == "fr" else f"{french}{language}", "reviewed")


entries = st.lists(
    st.sampled_from(["1", "2", "3", "0", "00", "98", "7", "12345", "x"]), max_size=25
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), entries, st.sampled_from(LANGUAGES))
def test_a_tree_of_any_shape_compiles_and_can_be_walked(text, typed, language):
    tree = compile_tree(text, translations, frozenset({"fr", "wo"}))
    phone = MemoryPhone(tree, language=language)
    screen = phone.dial()
    for number, entry in enumerate(typed):
        budget = USUAL.first if number == 0 else USUAL.later
        assert budget.holds(measure(screen.text)), screen.text
        if not screen.goes_on:
            screen = phone.dial()
        screen = phone.enter(entry)
        assert screen.text
    # and home, whence an end is to be reached, is one entry away
    if screen.goes_on:
        home = phone.enter("00")
        assert home.goes_on
