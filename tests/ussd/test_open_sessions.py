"""How many sessions are open on which version."""

import time

from database import reading
from menus import versions
from ussd import open_sessions


def counted(office, later: float = 0) -> int:
    with reading() as db:
        version = versions.live(db)["keur-exemple"].version
    found = open_sessions.count(office.settings, time.time() + later)
    assert found is not None
    assert found.all_of_them
    return found.on(version)


def test_sessions_are_counted_while_the_network_holds_them(office):
    assert counted(office) == 0
    office.speaking("+221770000050")
    phone = office.speaking("+221770000051")
    assert counted(office) == 2
    assert counted(office, later=office.settings.session_seconds + 1) == 0
    for entry in ("5", "1"):
        screen = phone.enter(entry)
    assert counted(office) == (2 if screen.goes_on else 1)


def test_what_another_release_wrote_is_left_out(office):
    office.speaking()
    office.redis.set("guichet:{ab}:x:ussd:y", b"\xc1")
    assert counted(office) == 1


def test_a_cluster_is_not_asked(office):
    cluster = office.settings.model_copy(
        update={"sessions_redis_url": "redis+cluster://127.0.0.1:1"}
    )
    assert open_sessions.count(cluster, time.time()) is None
