"""Text -> Tree. Refuses a tree with any defect, and names all of them at once."""

import hashlib
import json
from collections.abc import Callable, Mapping

from gsm.alphabet import fold
from locales.templates import template
from menus import checks, tree, words
from menus.entries import CHECKS, choice
from menus.grammar import AskNode, ChooseNode, DoNode, ListNode, SayNode, ScreenNode
from menus.layouts import USUAL, Layout
from menus.source import BrokenTree, Complaint, Path, read
from menus.subject import Subject, Translations
from menus.vocabulary import kinds_said, set_words


def compile_tree(
    text: str,
    translations: Translations,
    folded: frozenset[str] = frozenset(),
    file: str = "tree.yaml",
    layouts: Mapping[str, Layout] | None = None,
) -> tree.Tree:
    """Compiles a tree file. `folded`: languages whose letters outside GSM-7 are written with their
    neighbours inside it; `layouts`: what phones can show, by provider.

    Raises BrokenTree with every complaint, if any is an error.
    """
    subject = Subject(read(text, file), translations, folded, layouts or {"usual": USUAL})
    complaints = examine(subject)
    if any(complaint.severity == "error" for complaint in complaints):
        raise BrokenTree(complaints)
    return assembled(subject, text)


def examine(subject: Subject) -> list[Complaint]:
    """All that the checks have to say, in the file's order."""
    complaints = [complaint for check in checks.all_checks() for complaint in check(subject)]
    return sorted(complaints, key=lambda complaint: (complaint.line, complaint.message))


def assembled(subject: Subject, text: str, version: str | None = None) -> tree.Tree:
    """The tree without its checks: for one that was checked when it was published, and must answer
    also under a later release, whose checks may ask for more, and keep its `version`."""
    draft = subject.draft
    speak = _Speaker(subject)
    screens = {
        name: _screen(name, node, speak, dict(set_words(draft, name)))
        for name, node in draft.screens.items()
    }
    banner = draft.head.banner
    spoken = {
        language: {word: speak.one(language, words.CONTEXT, word) for word in words.ALL}
        for language in draft.head.languages
    }
    return tree.Tree(
        name=draft.head.tree,
        version=version or _version(text, speak.said),
        service_codes=tuple(draft.head.service_codes),
        languages=tuple(draft.head.languages),
        banner=speak("banner", banner) if banner else None,
        start=tuple(tree.Rule(rule.when, rule.go) for rule in draft.head.start),
        home=draft.head.home,
        screens=screens,
        kinds=kinds_said(subject, *draft.head.languages),
        words=spoken,
        folded=subject.folded,
    )


class _Speaker:
    """Gives each French text in every language of the tree, and remembers what it said."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.said: list[str] = []

    def one(self, language: str, context: str, french: str) -> str:
        found = self._subject.translations(language, context, french)
        text = found.text
        self.said.append(f"{found.state}: {text}")
        return fold(text) if language in self._subject.folded else text

    def __call__(self, context: str, french: str) -> tree.Text:
        languages = self._subject.draft.head.languages
        texts = {language: self.one(language, context, french) for language in languages}
        return {language: template(text) for language, text in texts.items()}


def _screen(
    name: str,
    node: ScreenNode,
    speak: Callable[[str, str], tree.Text],
    words_set: Mapping[Path, str],
) -> tree.Screen:
    if isinstance(node, SayNode):
        return tree.Say(speak(name, node.say), node.end, node.go)
    if isinstance(node, DoNode):
        return tree.Do(node.do, tuple(node.given), dict(node.outcomes))
    if isinstance(node, ChooseNode):
        options = tuple(
            tree.Option(
                speak(name, option.say),
                option.go,
                dict(option.set),
                option.when,
                {
                    value: speak(name, words_set[path])
                    for value in option.set
                    if (path := ("options", index, "set", value)) in words_set
                },
            )
            for index, option in enumerate(node.options)
        )
        return tree.Choose(speak(name, node.choose), options, _listed(node.items), node.done)
    assert isinstance(node, AskNode)
    check = CHECKS[node.check] if node.check else choice(node.among)
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


def _version(text: str, said: list[str]) -> str:
    """Sixteen hex digits of SHA-256 over the file and all it says in every language, with its state
    (a text that was reviewed makes another version, though it reads the same). How letters
    are written on the way out (folding) is not part of it."""
    content = json.dumps([text, said], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
