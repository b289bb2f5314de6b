"""What each role may do: a ladder, and who translates beside it."""

import pytest

from staff.models import (
    ADMINISTRATOR,
    AGENT,
    ANY_ROLE,
    LADDER,
    MANAGER,
    ROLES,
    TRANSLATOR,
    grants,
)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (AGENT, {AGENT, ANY_ROLE}),
        (MANAGER, {AGENT, MANAGER, ANY_ROLE}),
        (ADMINISTRATOR, {*LADDER, TRANSLATOR, ANY_ROLE}),
        (TRANSLATOR, {TRANSLATOR, ANY_ROLE}),
    ],
)
def test_a_role_may_do_this_and_no_more(role, may):
    assert {least for least in (*ROLES, ANY_ROLE) if grants(role, least)} == may
