"""A tree's life: draft, version, live, and back; nobody's work is undone by another's."""

import pytest

from database import reading, writing
from locales.catalogues import Translation
from menus import library, versions, words
from menus.models import TreeVersion
from menus.source import BrokenTree
from menus.stories import StoryFailed
from menus.versions import SHIPPED, Refused
from tests.waiting import until

NAME = "keur-exemple"
[FILE] = library.shipped().values()


def changed(new: str = "Quel guichet ?") -> versions.Written:
    """The shipped tree with another question at the offices, translated."""
    old = 'choose: "Quel bureau ?"'
    assert old in FILE
    book = {
        language: {("offices", new): versions.phrasebook.Translation(new, "draft")}
        for language in ("en", "wo", "ff", "bm", "ha", "sw", "pt")
    }
    return versions.written(FILE.replace(old, f'choose: "{new}"', 1), book)


def save(made: versions.Written, by: str = "Awa", revision: int | None = None) -> int:
    with writing() as db:
        return versions.save_draft(db, made, by, revision).revision


def publish(by: str = "Awa", revision: int | None = None, name: str = NAME, **more) -> str:
    with reading() as db:
        vetted = versions.vet(db, name, by, revision, **more)
    with writing() as db:
        return versions.publish(db, vetted, by, "a note").version


def live() -> str:
    with reading() as db:
        return versions.live(db)[NAME].version


def offices(office) -> str:
    phone = office.phone()
    phone.dial()
    return phone.enter("1").text


def test_what_we_ship_is_live_at_first_start(office):
    with reading() as db:
        publication = versions.live(db)[NAME]
    assert publication.published_by == SHIPPED
    assert library.take_shipped() == []


def test_a_published_draft_is_dialled_and_the_draft_is_gone(office):
    office.speaking()
    save(changed())
    version = publish()
    assert live() == version
    with reading() as db:
        assert versions.draft(db, NAME) is None
    office.library.refresh()
    assert "Quel guichet ?" in offices(office)


def test_an_open_session_stays_on_the_version_it_began_with(office):
    phone = office.speaking()
    save(changed())
    publish()
    office.library.refresh()
    assert "Quel bureau ?" in phone.enter("1").text  # this session began before
    assert "Quel guichet ?" in offices(office)


def test_a_draft_with_an_error_is_refused_and_stays(office):
    save(versions.written(FILE.replace("go: services,", "go: servces,")))
    with pytest.raises(BrokenTree, match="servces"):
        publish()
    with reading() as db:
        assert versions.draft(db, NAME) is not None


def test_a_draft_whose_translation_is_missing_is_refused(office):
    save(versions.written(FILE.replace('choose: "Quel bureau ?"', 'choose: "Quel comptoir ?"', 1)))
    with pytest.raises(BrokenTree, match=r"\[offices\] \[wo\]"):
        publish()


def test_a_draft_that_breaks_a_story_is_refused_unless_it_is_meant(office):
    save(versions.written(FILE.replace("go: offices}", "go: help}")))
    with pytest.raises(BrokenTree, match="offices"):  # nothing leads there any more
        publish()
    save(silent(), revision=1)
    with pytest.raises(StoryFailed, match="A first dial becomes a ticket"):
        publish()
    publish(despite_stories=True)
    with reading() as db:
        assert "despite its stories" in versions.live(db)[NAME].note


def silent() -> versions.Written:
    """The shipped tree without its banner, which a story asks for."""
    banner = 'banner: "Exemple, à vérifier"\n'
    assert banner in FILE
    return versions.written(FILE.replace(banner, ""))


def test_two_editors_do_not_undo_one_another(office):
    assert save(changed(new="Quel guichet 1 ?"), "Awa") == 1
    with pytest.raises(Refused, match="Awa has saved a draft"):
        save(changed(new="Quel guichet 2 ?"), "Moussa")
    assert save(changed(new="Quel guichet 2 ?"), "Moussa", revision=1) == 2
    with pytest.raises(Refused, match="Moussa has saved"):
        save(changed(new="Quel guichet 3 ?"), "Awa", revision=1)


# who asks, and for which revision of the draft that Moussa has saved as revision 2
NOT_MEANT = {
    "another's, unseen": ("Awa", None),
    "one's own, since saved over": ("Awa", 1),
    "one that is not there yet": ("Moussa", 3),
}


@pytest.mark.parametrize(("by", "revision"), NOT_MEANT.values(), ids=NOT_MEANT.keys())
def test_a_draft_that_is_not_the_one_meant_is_neither_published_nor_dropped(office, by, revision):
    save(changed(), "Awa")
    save(changed(new="Quel guichet 2 ?"), "Moussa", revision=1)
    who_and_what = "Moussa has saved the draft of keur-exemple, revision 2: .* --revision 2"
    with pytest.raises(Refused, match=who_and_what):
        publish(by, revision)
    with writing() as db, pytest.raises(Refused, match=who_and_what):
        versions.drop_draft(db, NAME, by, revision)
    with reading() as db:
        assert versions.draft(db, NAME).revision == 2


@pytest.mark.parametrize(("by", "revision"), [("Moussa", None), ("Moussa", 2), ("Awa", 2)])
def test_a_draft_that_is_meant_is_published_or_dropped(office, by, revision):
    save(changed(), "Awa")
    save(changed(new="Quel guichet 2 ?"), "Moussa", revision=1)
    assert publish(by, revision) == live()
    assert save(changed(), "Awa") == 3  # counts on
    assert save(changed(new="Quel guichet 2 ?"), "Moussa", revision=3) == 4
    with writing() as db:
        versions.drop_draft(db, NAME, by, revision and 4)
    with reading() as db:
        assert versions.draft(db, NAME) is None


def test_what_is_saved_while_a_draft_is_checked_is_not_published(office):
    save(changed(new="Quel guichet 1 ?"))
    with reading() as db:
        vetted = versions.vet(db, NAME, "Awa")
    save(changed(new="Quel guichet 2 ?"), "Moussa", revision=1)
    with writing() as db, pytest.raises(Refused, match=r"Moussa has saved .* revision 2"):
        versions.publish(db, vetted, "Awa", "a note")
    with reading() as db:
        assert versions.live(db)[NAME].published_by == SHIPPED


def test_what_is_published_while_a_draft_is_checked_is_not_undone(office):
    save(changed(new="Quel guichet 1 ?"))
    publish()
    save(changed(new="Quel guichet 2 ?"))
    with reading() as db:
        vetted = versions.vet(db, NAME, "Awa")
    with writing() as db:
        versions.roll_back(db, NAME, "Moussa", "")
    with writing() as db, pytest.raises(Refused, match="Moussa has published"):
        versions.publish(db, vetted, "Awa", "a note")


def test_a_draft_begun_anew_while_the_first_is_checked_is_not_published(office):
    save(changed(new="Quel guichet 1 ?"))
    with reading() as db:
        vetted = versions.vet(db, NAME, "Awa")
    with writing() as db:
        versions.drop_draft(db, NAME, "Awa")
    save(changed(new="Quel guichet 2 ?"))
    with writing() as db, pytest.raises(Refused, match="revision 2"):
        versions.publish(db, vetted, "Awa", "a note")


def test_a_draft_begun_before_another_s_publication_is_refused(office):
    save(changed(new="Quel guichet 1 ?"))
    first = publish()
    save(changed(new="Quel guichet 2 ?"))
    with writing() as db:
        versions.roll_back(db, NAME, "Moussa", "", None)
    with pytest.raises(Refused, match="Moussa has published"):
        publish()
    assert live() != first


def test_going_back_makes_the_version_before_live_again(office):
    before = live()
    save(changed())
    after = publish()
    with writing() as db:
        versions.roll_back(db, NAME, "Awa", "")
    assert live() == before
    with writing() as db:
        versions.roll_back(db, NAME, "Awa", "", after)
    assert live() == after
    with reading() as db:
        assert [one.version for one in versions.history(db, NAME)] == [after, before, after, before]


def test_going_back_where_there_is_nothing_is_refused(office):
    with writing() as db, pytest.raises(Refused, match="no earlier version"):
        versions.roll_back(db, NAME, "Awa", "")
    with writing() as db, pytest.raises(Refused, match="no tree is called"):
        versions.roll_back(db, "nowhere", "Awa", "")


def test_a_release_s_change_is_taken_up_where_nobody_has_published(office):
    before = live()
    with writing() as db:
        [done] = versions.take_shipped(db, {"keur-exemple.yaml": FILE + "\n# a new release\n"})
    assert "is live" in done
    assert live() != before


def test_a_release_s_change_never_overwrites_what_somebody_published(office):
    save(changed())
    mine = publish()
    with writing() as db:
        [done] = versions.take_shipped(db, {"keur-exemple.yaml": FILE + "\n# a new release\n"})
    assert "draft" in done
    assert live() == mine
    with reading() as db:
        draft = versions.draft(db, NAME)
        assert draft is not None
        assert draft.saved_by == SHIPPED


def test_a_version_keeps_its_translations_whatever_comes_later(office):
    with reading() as db:
        stored = db.get(TreeVersion, live())
        assert stored is not None
        tree = versions.load(db, stored.version).tree()
    assert tree.version == stored.version
    assert tree.screens["home"].text["wo"] != tree.screens["home"].text["fr"]


def test_a_release_with_a_new_platform_word_keeps_the_versions_that_are_stored(office, monkeypatch):
    """An open session finds its tree by its version, whatever the release says besides."""
    known = {("wo", "Oui"): "Waaw"}

    def look_up(language: str, context: str, french: str) -> Translation:
        said = known.get((language, french)) if context == words.CONTEXT else None
        return Translation(said, "reviewed") if said else Translation(french, "missing")

    version = live()
    monkeypatch.setattr(words, "ALL", (*words.ALL, "Oui"))
    monkeypatch.setattr(versions, "look_up", look_up)
    with reading() as db:
        tree = versions.load(db, version).tree()
    assert tree.version == version
    assert (tree.words["wo"]["Oui"], tree.words["bm"]["Oui"]) == ("Waaw", "Oui")
    assert tree.words["wo"][words.BACK] != words.BACK  # the version's own words stay


def test_a_running_process_takes_up_a_publication_by_itself(office):
    office.speaking()
    offices(office)
    save(changed())
    publish()
    until(lambda: "Quel guichet ?" in offices(office), "the new version")


def test_a_code_is_dialled_for_one_tree_only(office):
    another = FILE.replace("tree: keur-exemple", "tree: another")
    save(versions.written(another))
    with pytest.raises(Refused, match="is dialled for keur-exemple"):
        publish(name="another")
