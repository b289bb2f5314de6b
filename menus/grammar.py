"""The typed shape of a tree file. Unknown keys are refused: a word misspelt is a word unheard.

A screen is one of:

    say:    a text, then `end: true`, or `go: <screen>`, or only back and home
    choose: a text and `options`, or a list `from` a source (its choice kept `as` a name, then
            `go`); a list may be followed by fixed options; `empty` says where to go without one;
            `done: true`: what led here is done, no way leads back to it
    ask:    a text, what is typed kept `as` a name if it passes `check` (or is `among` the words
            that are listed), then `go`
    do:     an action, and a screen for each of its `outcomes`
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_NAME = r"^[a-z][a-z0-9_]{0,31}$"
_OFFERED = r"^[a-z_]+\.[a-z_]+$"
_LANGUAGE = r"^[a-z]{2,3}$"
_SERVICE_CODE = r"^[*#][0-9*]+#$"
_TREE = r"^[a-z0-9][a-z0-9-]{0,47}$"

# What each pattern asks for, in words.
PATTERNS = {
    _NAME: "a name of small letters, digits and _, 32 at most, such as my_screen",
    _OFFERED: "a room and a name, such as queues.take_ticket",
    _LANGUAGE: "a language's code, such as fr",
    _SERVICE_CODE: "a service code, such as *384*50#",
    _TREE: "a name of small letters, digits and -, such as keur-exemple",
}

Name = Annotated[str, StringConstraints(pattern=_NAME)]
RegistryName = Annotated[str, StringConstraints(pattern=_OFFERED)]
Language = Annotated[str, StringConstraints(pattern=_LANGUAGE)]
ServiceCode = Annotated[str, StringConstraints(pattern=_SERVICE_CODE)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Strict):
    """One line of `start`: the first whose condition holds says where a session begins."""

    when: Name | None = None
    go: Name


class GoalNode(Strict):
    """What citizens come for: a screen, and the most screens they should pass to it from home."""

    screen: Name
    within: int = Field(ge=1)


class OptionNode(Strict):
    say: Words
    when: Name | None = None
    go: Name
    set: dict[Name, Words | int] = {}


class ListNode(Strict):
    source: RegistryName
    given: list[Name] = Field(default=[], alias="with")
    kept: Name = Field(alias="as")
    go: Name
    empty: Name | None = None


class SayNode(Strict):
    say: Words
    end: bool = False
    go: Name | None = None

    @model_validator(mode="after")
    def _end_or_go(self) -> "SayNode":
        if self.end and self.go:
            raise ValueError("`end: true` and `go` exclude each other: keep one")
        return self


class ChooseNode(Strict):
    choose: Words
    done: bool = False
    options: list[OptionNode] = []
    items: ListNode | None = Field(default=None, alias="from")

    @model_validator(mode="after")
    def _something_to_choose(self) -> "ChooseNode":
        if not self.options and self.items is None:
            raise ValueError("nothing to choose: give `options`, or a list with `from`")
        return self


class AskNode(Strict):
    ask: Words
    kept: Name = Field(alias="as")
    check: Name | None = None
    among: list[Words] = []
    least: int | None = None
    most: int | None = None
    wrong: Words | None = None
    tries: int = Field(default=3, ge=1, le=9)
    otherwise: Name
    secret: bool = False
    go: Name

    @model_validator(mode="after")
    def _check_or_among(self) -> "AskNode":
        if (self.check is None) == (not self.among):
            raise ValueError("say what is accepted: either a `check`, or the words `among` which")
        return self


class DoNode(Strict):
    do: RegistryName
    given: list[Name] = Field(default=[], alias="with")
    outcomes: dict[Name, Name]


ScreenNode = SayNode | ChooseNode | AskNode | DoNode
KINDS: dict[str, type[Strict]] = {
    "say": SayNode,
    "choose": ChooseNode,
    "ask": AskNode,
    "do": DoNode,
}


class TreeNode(Strict):
    """The head of a tree file; its screens are read one by one, each by its kind."""

    tree: Annotated[str, StringConstraints(pattern=_TREE)]
    service_codes: list[ServiceCode] = Field(min_length=1)
    languages: list[Language] = Field(min_length=1)
    banner: Words | None = None
    start: list[Rule] = Field(min_length=1)
    home: Name
    goals: list[GoalNode] = []
    screens: dict[Name, object] = Field(max_length=2000)
