"""One call of the web phone, from dialling on. It is put away between two pages in the page itself,
sealed, so that any process can go on with it and nobody can write one.

Where the call is for real it goes the way of a gateway's, into the callback, as this provider's
request. Else it is played in memory, anew with each entry: nothing is kept, nothing is done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.fernet import InvalidToken

from console.handset import Meter, meter
from database.sealing import seal, unseal
from gsm.pages import Budget
from locales.values import Value
from menus import dictation
from menus.actions import ACTIONS, FIRST_DIAL, SOURCES, Item, Outcome
from menus.engine import Answer, Show
from menus.rehearsal import MemoryPhone, sampled
from menus.stories import Given
from menus.tree import Choose, Do, Tree
from ussd import overhearing
from ussd.callback import Callback
from ussd.gateways import Gateway, Shown, all_gateways
from ussd.phone import PROFILES, Phone, Profile, Screen, Standing
from ussd.wire import Request, Response

MOST_ENTRIES = 60
NONE = "(vide)"  # what stands for an empty list among the outcomes that are chosen


class Setup(msgspec.Struct, frozen=True):
    """Who dials what, and by which network. `language`: that was chosen before, empty for what is
    so. In memory, `facts` hold, and actions end as `outcomes` say."""

    number: str
    tree: str
    code: str
    draft: bool = False
    real: bool = False
    provider: str = "africastalking"
    network: str = "good"
    language: str = ""
    facts: tuple[str, ...] = ()
    outcomes: dict[str, str] = {}


class Said(msgspec.Struct, frozen=True):
    """A screen, and the entry that led to it."""

    entry: str
    text: str
    goes_on: bool


class Answered(msgspec.Struct, frozen=True):
    """What an action or a list (`outcome` is None) answered."""

    name: str
    outcome: str | None = None
    values: dict[str, Value] = {}
    language: str | None = None
    items: tuple[tuple[str, str], ...] = ()


class Call(msgspec.Struct, frozen=True, tag="phone call"):
    """`facts`: what was known of the citizen when it began, None where it took up one that dropped;
    `hidden`: the entries, from 1, at which a secret was typed; `sent`: callbacks of the last dial
    or entry. `typed` is on the keypad, `letter` the SMS that is open on the screen."""

    setup: Setup
    said: tuple[Said, ...] = ()
    standing: Standing = Standing()
    answered: tuple[Answered, ...] = ()
    facts: tuple[str, ...] | None = None
    language: str = ""
    hidden: tuple[int, ...] = ()
    page: int = 1
    pages: int = 1
    opening: bool = True
    sent: int = 0
    on_the_wire: tuple[str, str] = ("", "")
    typed: str = ""
    letter: int = 0
    hung_up: bool = False

    @property
    def goes_on(self) -> bool:
        return bool(self.said) and self.said[-1].goes_on and not self.hung_up

    @property
    def text(self) -> str:
        return self.said[-1].text if self.said and not self.hung_up else ""

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(one.entry for one in self.said[1:])

    @property
    def shared(self) -> tuple[str, ...]:
        """The entries up to a secret: what a link may tell."""
        return self.entries[: min(self.hidden) - 1] if self.hidden else self.entries

    @property
    def meter(self) -> Meter | None:
        if not self.text:
            return None
        return meter(self.text, _budget(self.setup, self.opening), self.page, self.pages)


def put_away(call: Call) -> str:
    return seal(msgspec.json.encode(call).decode())


def taken_up(sealed: str) -> Call | None:
    """None for what is none of ours."""
    try:
        return msgspec.json.decode(unseal(sealed), type=Call)
    except (InvalidToken, ValueError):
        return None


def _gateway(setup: Setup) -> Gateway:
    return all_gateways()[setup.provider]


def _budget(setup: Setup, opening: bool) -> Budget:
    layout, profile = _gateway(setup).contract.layout, PROFILES[setup.network]
    most = layout.first if opening else layout.later
    return Budget(min(most.septets, profile.septets), min(most.units, profile.units))


# -- for real -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """Carries callbacks to our own endpoint, and remembers the last."""

    callback: Callback
    gateway: Gateway
    sent: int = 0
    request: Request | None = None
    response: Response | None = None

    def __call__(self, request: Request) -> Response:
        self.sent, self.request = self.sent + 1, request
        self.response = self.callback.answer(self.gateway, request)
        return self.response


def dial(setup: Setup, callback: Callback) -> Call:
    """Raises NotAScreen for what no network would show."""
    return _real(Call(setup), "", callback, lambda phone: phone.dial())


def enter(call: Call, entry: str, callback: Callback) -> Call:
    return _real(call, entry, callback, lambda phone: phone.enter(entry))


def hang_up(call: Call, callback: Callback) -> Call:
    if call.setup.real and call.goes_on:
        _phone(call, _Line(callback, _gateway(call.setup))).hang_up()
    return msgspec.structs.replace(call, hung_up=True, typed="", letter=0)


def _phone(call: Call, line: _Line) -> Phone:
    setup = call.setup
    profile = PROFILES[setup.network]
    return Phone(setup.number, setup.code, line, line.gateway, profile, call.standing)


def _real(call: Call, entry: str, callback: Callback, do: Callable[[Phone], Screen]) -> Call:
    line = _Line(callback, _gateway(call.setup))
    phone = _phone(call, line)
    with overhearing.listening() as heard:
        screen = do(phone)
    if heard.facts is not None:
        call = msgspec.structs.replace(
            call, facts=tuple(sorted(heard.facts)), language=heard.language
        )
    call = msgspec.structs.replace(
        call,
        said=(*call.said, Said(entry, screen.text, screen.goes_on)),
        standing=phone.standing,
        answered=(*call.answered, *(_answered(one.name, told) for one, told in heard.answers)),
        sent=line.sent,
        on_the_wire=_written(line),
        typed="",
        letter=0,
    )
    return call if heard.shown is None else _placed(call, heard.shown)


def _placed(call: Call, shown: Show) -> Call:
    session = shown.session
    return msgspec.structs.replace(
        call,
        hidden=session.hidden,
        page=session.page + 1,
        pages=shown.pages,
        opening=session.opening and session.page == 0,
    )


def _written(line: _Line) -> tuple[str, str]:
    """The last callback and its answer, as they are sent."""
    request, response = line.request, line.response
    if request is None or response is None:
        return "", ""
    name = line.gateway.contract.name
    query = f"?{request.query}" if request.query else ""
    head = f"{request.method} /ussd/{name}/…{request.rest}{query}"
    body = request.body.decode("utf-8", "replace")
    return "\n".join(part for part in (head, body) if part), response.body


# -- in memory ------------------------------------------------------------------------------------


class Broken(Exception):
    """The draft can't be dialled there, and why."""


def play(setup: Setup, tree: Tree, entries: Sequence[str] = ()) -> Call:
    """From the first screen on, up to where it ends. Raises Broken."""
    try:
        return _played(setup, tree, entries)
    except (LookupError, RuntimeError, ValueError, AssertionError) as problem:
        raise Broken(str(problem)) from None


def _played(setup: Setup, tree: Tree, entries: Sequence[str]) -> Call:
    profile, language = PROFILES[setup.network], tree.language(setup.language)
    facts = frozenset(setup.facts) | (frozenset() if setup.language else {FIRST_DIAL})
    phone = MemoryPhone(
        tree,
        facts=facts,
        language=language,
        layout=_gateway(setup).contract.layout,
        given=given(tree, setup.outcomes),
    )
    screen = phone.dial()
    said = [_said("", screen.text, screen.goes_on, profile)]
    for entry in entries:
        if not screen.goes_on:
            break
        screen = phone.enter(entry)
        said.append(_said(entry, screen.text, screen.goes_on, profile))
    call = Call(
        setup,
        said=tuple(said),
        answered=tuple(_answered(one.name, told) for one, told in phone.answered),
        facts=tuple(sorted(facts)),
        language=language,
    )
    assert phone.shown is not None
    return _placed(call, phone.shown)


def _said(entry: str, text: str, goes_on: bool, profile: Profile) -> Said:
    screen = profile.shows(Shown(text, goes_on))
    return Said(entry, screen.text, screen.goes_on)


def given(tree: Tree, outcomes: Mapping[str, str]) -> dict[str, Given]:
    """What actions and lists answer, where it was chosen; what the tree never calls is left out."""
    told: dict[str, Given] = {}
    for name in called(tree):
        wanted = outcomes.get(name)
        if name in SOURCES and wanted == NONE:
            told[name] = []
        elif name in ACTIONS and wanted in ACTIONS[name].outcomes:
            assert wanted is not None
            told[name] = {wanted: sampled(ACTIONS[name], wanted).values}
    return told


def called(tree: Tree) -> list[str]:
    """The actions and lists that the tree calls."""
    names = {screen.action for screen in tree.screens.values() if isinstance(screen, Do)}
    lists = {
        screen.listed.source
        for screen in tree.screens.values()
        if isinstance(screen, Choose) and screen.listed is not None
    }
    return sorted(names | lists)


# -- what was answered ----------------------------------------------------------------------------


def _answered(name: str, answer: Answer) -> Answered:
    if isinstance(answer, Outcome):
        return Answered(name, answer.name, dict(answer.values), answer.language)
    return Answered(name, items=tuple((item.value, item.label) for item in answer))


def _answer(one: Answered) -> Answer:
    if one.outcome is not None:
        return Outcome(one.outcome, one.values, one.language)
    return tuple(Item(value, label) for value, label in one.items)


def told(call: Call) -> dictation.Talk:
    """The call, for a story. Raises NotAStory where it took up one that dropped."""
    if call.facts is None:
        raise dictation.NotAStory(dictation.RESUMED)
    return dictation.Talk(
        phone=call.setup.number,
        dial=call.setup.code,
        facts=frozenset(call.facts),
        language=call.language,
        answers=[(one.name, _answer(one)) for one in call.answered],
        entries=call.entries,
        hidden=frozenset(call.hidden),
    )
