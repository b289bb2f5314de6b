"""Text -> Tree. Refuses a tree with any defect, and names all of them at once."""

import hashlib
import json
from collections.abc import Callable, Mapping

from gsm.alphabet import fold
from locales.templates import template
from locales.values import PICKED, Kind
from menus import checks, tree, words
from menus.entries import CHECKS
from menus.flow import edges
from menus.grammar import AskNode, ChooseNode, DoNode, ListNode, SayNode, ScreenNode
from menus.source import BrokenTree, Complaint, Draft, read
from menus.words import Translate


def compile_tree(
    text: str, translate: Translate, folded: frozenset[str] = frozenset(), file: str = "tree.yaml"
) -> tree.Tree:
    """Compiles a tree file. `translate(language, context, french)`; `folded`: languages whose
    letters outside GSM-7 are written with their neighbours inside it.

    Raises BrokenTree with every complaint.
    """
    draft = read(text, file)
    complaints = [complaint for check in checks.all_checks() for complaint in check(draft)]
    kinds = _kinds(draft, complaints)
    if complaints:
        raise BrokenTree(complaints)
    speak = _Speaker(draft.head.languages, translate, folded)
    screens = {name: _screen(name, node, speak) for name, node in draft.screens.items()}
    banner = draft.head.banner
    spoken = {
        language: {word: speak.one(language, words.CONTEXT, word) for word in words.ALL}
        for language in draft.head.languages
    }
    return tree.Tree(
        name=draft.head.tree,
        version=_version(text, speak.said, spoken),
        service_codes=tuple(draft.head.service_codes),
        languages=tuple(draft.head.languages),
        banner=speak("banner", banner) if banner else None,
        start=tuple(tree.Rule(rule.when, rule.go) for rule in draft.head.start),
        home=draft.head.home,
        screens=screens,
        kinds=kinds,
        words=spoken,
        folded=folded,
    )


class _Speaker:
    """Gives each French text in every language of the tree, and remembers what it said."""

    def __init__(self, languages: list[str], translate: Translate, folded: frozenset[str]) -> None:
        self._languages, self._translate, self._folded = languages, translate, folded
        self.said: list[str] = []

    def one(self, language: str, context: str, french: str) -> str:
        text = self._translate(language, context, french)
        return fold(text) if language in self._folded else text

    def __call__(self, context: str, french: str) -> tree.Text:
        texts = {language: self.one(language, context, french) for language in self._languages}
        self.said.extend(texts.values())
        return {language: template(text) for language, text in texts.items()}


def _screen(name: str, node: ScreenNode, speak: Callable[[str, str], tree.Text]) -> tree.Screen:
    if isinstance(node, SayNode):
        return tree.Say(speak(name, node.say), node.end, node.go)
    if isinstance(node, DoNode):
        return tree.Do(node.do, tuple(node.given), dict(node.outcomes))
    if isinstance(node, ChooseNode):
        options = tuple(
            tree.Option(speak(name, option.say), option.go, dict(option.set), option.when)
            for option in node.options
        )
        return tree.Choose(speak(name, node.choose), options, _listed(node.items))
    assert isinstance(node, AskNode)
    check = CHECKS[node.check]
    return tree.Ask(
        text=speak(name, node.ask),
        kept=node.kept,
        check=check,
        least=check.least if node.least is None else node.least,
        most=check.most if node.most is None else node.most,
        wrong=speak(name, node.wrong) if node.wrong else speak(words.CONTEXT, check.complaint),
        tries=node.tries,
        otherwise=node.otherwise,
        secret=node.secret,
        go=node.go,
    )


def _listed(node: ListNode | None) -> tree.Listed | None:
    if node is None:
        return None
    return tree.Listed(node.source, tuple(node.given), node.kept, node.go, node.empty)


def _kinds(draft: Draft, complaints: list[Complaint]) -> Mapping[str, Kind]:
    """The kind of each value. A name that would mean two kinds is a complaint."""
    kinds: dict[str, Kind] = {}
    for name, screen in draft.screens.items():
        for edge in edges(screen):
            for value, kind in edge.brings:
                if kind is PICKED:
                    continue
                before = kinds.setdefault(value, kind)
                if before.family != kind.family:
                    message = f"{value} is a {kind.name} here, a {before.name} elsewhere"
                    complaints.append(draft.complain(f"{message}: rename one", name, *edge.path))
                elif len(before.longest) < len(kind.longest):
                    kinds[value] = kind
    return kinds


def _version(text: str, said: list[str], spoken: Mapping[str, Mapping[str, str]]) -> str:
    """Sixteen hex digits of SHA-256 over the file and all it says, translations included."""
    content = json.dumps([text, said, spoken], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
