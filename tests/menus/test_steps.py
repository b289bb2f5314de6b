"""What was saved in a draft is undone and redone, step by step, until it is published."""

import pytest
from sqlmodel import select

from database import reading, writing
from menus import steps, versions
from menus.models import TreeDraftStep
from menus.steps import ChangedMeanwhile
from tests.menus.test_versions import FILE, NAME, changed, publish, save


def text() -> str:
    with reading() as db:
        return versions.draft(db, NAME).text


def revision() -> int:
    with reading() as db:
        return versions.draft(db, NAME).revision


def undo(by: str = "Awa", at: int | None = None):
    with writing() as db:
        return steps.undo(db, NAME, by, at or revision())


def redo(by: str = "Awa"):
    with writing() as db:
        return steps.redo(db, NAME, by, revision())


def test_a_saving_is_undone_and_redone(office):
    first, second = changed("Quel endroit ?"), changed("Quelle maison ?")
    save(first)
    save(second, revision=1)
    assert undo() is not None
    assert text() == first.text
    assert undo() is not None
    assert text() == FILE
    assert undo() is None
    assert redo() is not None
    assert redo() is not None
    assert text() == second.text
    assert redo() is None


def test_what_is_saved_after_undoing_takes_the_place_of_what_was_undone(office):
    save(changed("Quel endroit ?"))
    undo()
    save(changed("Quelle maison ?"), revision=revision())
    assert redo() is None
    undo()
    assert text() == FILE


def test_nothing_is_undone_that_somebody_else_has_saved_over(office):
    save(changed("Quel endroit ?"))
    save(changed("Quelle maison ?"), by="Ibou", revision=1)
    with pytest.raises(ChangedMeanwhile):
        undo(at=1)
    assert "Quelle maison ?" in text()


def test_only_the_last_savings_are_kept(office):
    save(changed("Quel endroit ?"))
    for number in range(steps.MOST + 3):
        save(changed(f"Quel lieu {number} ?"), revision=number + 1)
    with reading() as db:
        assert len(db.exec(select(TreeDraftStep)).all()) == steps.MOST


def test_published_or_dropped_a_draft_s_steps_are_gone(office):
    def left() -> int:
        with reading() as db:
            return len(db.exec(select(TreeDraftStep)).all())

    save(changed("Quel endroit ?"))
    assert left() == 2
    with writing() as db:
        versions.drop_draft(db, NAME, "Awa")
    assert left() == 0
    save(changed("Quel endroit ?"))
    publish()
    assert left() == 0
