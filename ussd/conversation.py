"""The engine's loop for one dial: what it calls for is fetched, until there is a page to show."""

import secrets
from collections.abc import Callable

import msgspec

from menus import engine
from menus.actions import ACTIONS, FIRST_DIAL, Outcome
from menus.engine import Call, Session, Show, Step
from menus.layouts import Layout
from menus.library import Library
from menus.tree import Tree
from ussd import overhearing
from ussd.deadline import Deadline
from ussd.dials import Dial, shortcut
from ussd.in_time import Database
from ussd.performing import Caller, changes
from ussd.sessions import Known, Loaded, Record


class NeedsFresh(Exception):
    """Something is to be done, and what we started from is remembered only: another process may
    have gone on from there. What is only read may be read in vain: the save tells."""


class Conversation:
    """One dial of one phone. `tree` is what is live under the dialled `code`; `news` is what was
    learnt of the citizen."""

    def __init__(
        self,
        layout: Layout,
        dial: Dial,
        dialled: str,
        loaded: Loaded,
        library: Library,
        database: Database,
        deadline: Deadline,
    ) -> None:
        self._layout = layout
        self._dial = dial
        self._known = loaded.known
        self._remembered = loaded.remembered
        self._database = database
        self._deadline = deadline
        self.tree, self.code = library.dialled(dialled)
        self._caller = Caller(dial.phone, self.code, loaded.keys.identity)
        self.news: Known | None = None
        self._ear = overhearing.ear()

    def begin(self, dropped: Record | None, default_language: str) -> Show:
        """A new session. One who comes back after a session that dropped is asked whether to go on
        there; a newcomer chooses a language first; else a long dial's entries are played, up to one
        that is refused or that would bind the citizen."""
        if self._ear is not None:
            self._ear.anew()
        known = self._known
        if known is None:
            if self._remembered:
                raise NeedsFresh
            known = self.news = self._database.learn(
                self._dial.phone, self.code, self.tree.facts, self._deadline
            )
        newcomer = known.language is None
        facts = frozenset(known.facts) | ({FIRST_DIAL} if newcomer else set())
        entries = [] if newcomer else shortcut(self._dial.service_code, self.code, self._dial.text)
        name = secrets.token_hex(6)
        if dropped is not None and not entries:
            offered = self._offer(dropped, facts, name)
            if offered is not None:
                return offered
        language = known.language or default_language
        if self._ear is not None:
            self._ear.facts, self._ear.language = facts, language
        step = engine.begin(self.tree, self._layout, language, facts, name, len(entries))
        return self._play(self._settle(self.tree, step), entries)

    def _offer(self, dropped: Record, facts: frozenset[str], name: str) -> Show | None:
        """None where there is nothing to go on with: it ended, it was about to begin, or another
        menu is live by now."""
        if dropped.ends or dropped.session.tree != self.tree.version:
            return None
        session = engine.resumable(self.tree, dropped.session)
        if session is None:
            return None
        offered = engine.offer(self.tree, self._layout, session, facts, name)
        if self._ear is not None:
            self._ear.shown = offered
        return offered

    def _play(self, shown: Show, entries: list[str]) -> Show:
        for entry in entries:
            if shown.ends or shown.refused:
                break
            step = engine.advance(self.tree, self._layout, shown.session, entry)
            after = self._run(self.tree, step, _binds)
            if after is None:  # it may be an entry of a session that was lost, on another menu
                break
            shown = after
        session = msgspec.structs.replace(shown.session, played=shown.session.step)
        return msgspec.structs.replace(shown, session=session)

    def go_on(self, tree: Tree, session: Session, entry: str) -> Show:
        """An entry in a session on this tree."""
        if self._ear is not None:
            self._ear.anew()
        if engine.begins_anew(session, entry):
            facts, step = frozenset(session.facts), session.step + 1
            begun = engine.begin(
                self.tree, self._layout, session.language, facts, session.name, step=step
            )
            return self._settle(self.tree, begun)
        return self._settle(tree, engine.advance(tree, self._layout, session, entry))

    def _settle(self, tree: Tree, step: Step) -> Show:
        shown = self._run(tree, step, lambda call: False)
        assert shown is not None
        return shown

    def _run(self, tree: Tree, step: Step, halts: Callable[[Call], bool]) -> Show | None:
        """The page that this comes to; None before a call at which it halts."""
        for _ in range(engine.MOST_CALLS):
            if isinstance(step, Show):
                if self._ear is not None:
                    self._ear.shown = step
                return step
            if halts(step):
                return None
            step = engine.resume(tree, self._layout, step, self._perform(step))
        raise RuntimeError(f"{step.session.screen}: actions follow actions without end")

    def _perform(self, call: Call) -> engine.Answer:
        if self._remembered and changes(call):
            raise NeedsFresh
        answer = self._database.perform(call, self._caller, self._deadline)
        if self._ear is not None:
            self._ear.answers.append((call, answer))
        if isinstance(answer, Outcome) and (answer.language or answer.facts):
            newcomer = answer.facts.get(FIRST_DIAL, FIRST_DIAL in call.session.facts)
            unsaid = newcomer and answer.language is None
            language = None if unsaid else answer.language or call.session.language
            facts = engine.known(call.session.facts, {**answer.facts, FIRST_DIAL: False})
            self.news = Known(language, facts)
        return answer


def _binds(call: Call) -> bool:
    return call.kind is Outcome and ACTIONS[call.name].binding
