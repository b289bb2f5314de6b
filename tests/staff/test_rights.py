"""Who sees to whom, for any two of any role and office."""

from hypothesis import given
from hypothesis import strategies as some

from staff import browsers, rights
from staff.models import ADMINISTRATOR, AGENT, EVERYWHERE, MANAGER, ROLES, Staff


@some.composite
def people(draw):
    role = draw(some.sampled_from(ROLES))
    office = None if role in EVERYWHERE else draw(some.sampled_from([1, 2]))
    return Staff(id=draw(some.integers(1, 4)), name="x", role=role, office_id=office)


@given(people(), people())
def test_one_manages_only_whom_one_sees_never_oneself_and_never_upwards(by, of):
    if rights.manages(by, of):
        assert rights.sees(by, of)
        assert by.id != of.id
        assert by.role == ADMINISTRATOR or (by.role, of.role) == (MANAGER, AGENT)
        assert by.role == ADMINISTRATOR or by.office_id == of.office_id
    assert rights.sees(by, of) is (
        by.role == ADMINISTRATOR or (by.role == MANAGER and by.office_id == of.office_id)
    )


@given(people(), some.sampled_from([None, 1, 2]))
def test_nobody_gives_more_than_they_have(by, office):
    ladder = (AGENT, MANAGER, ADMINISTRATOR)
    for role in rights.may_give(by):
        assert by.role == ADMINISTRATOR or ladder.index(role) < ladder.index(by.role)
    if rights.may_place(by, office):
        assert by.role == ADMINISTRATOR or by.office_id == office


def test_a_browser_is_told_in_words():
    for said, words in (
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Safari/604.1", "Safari, iPhone"),
        ("Opera/9.80 (Android; Opera Mini/36) Presto/2.12", "Opera Mini, Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ):
        assert browsers.named(said) == words
