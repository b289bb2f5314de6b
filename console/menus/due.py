"""Publications whose time has come: checked and published by the clock, in the name of who asked
for it. What can't be done is said to them on every page, until they have seen it."""

import logging
from datetime import datetime

import moment
from background.clock import every
from citizens import audit
from database import reading, writing
from menus import scheduling, versions
from menus.commands import LAYOUTS
from menus.models import TreeSchedule
from menus.source import BrokenTree
from menus.stories import StoryFailed
from menus.versions import Refused

log = logging.getLogger(__name__)


@every(seconds=20)
def publish_due() -> None:
    """Runs as a job. Where the database is away, the next one does it."""
    now = moment.now()
    with reading() as db:
        waiting = scheduling.due(db, now)
    for one in waiting:
        try:
            _publish(one, now)
        except BrokenTree as broken:
            _fail(one, now, "errors", broken.complaints[0].message)
        except StoryFailed as failed:
            _fail(one, now, "story", str(failed).partition("\n")[0])
        except Refused as refused:
            _fail(one, now, refused.why, refused.who)
        except Exception:  # the database went away, maybe: the others have their turn all the same
            log.exception("menus: %s waits on for its publication", one.tree)


def _publish(one: TreeSchedule, now: datetime) -> None:
    """Raises BrokenTree, StoryFailed, Refused: then nothing has changed."""
    with reading() as db:
        if not scheduling.is_as_it_was(one, versions.draft(db, one.tree)):
            raise Refused("the draft is another one by now", "changed")
        by = one.scheduled_by
        vetted = versions.vet(db, one.tree, by, one.revision, LAYOUTS, one.despite_stories)
    with writing() as db:
        if not scheduling.done(db, one, now):
            return
        publication = versions.publish(db, vetted, by, one.note)
        audit.note(db, by, "menus.publish", f"{one.tree} {publication.version}, as scheduled")
    log.info("menus: %s is published, as scheduled", one.tree)


def _fail(one: TreeSchedule, now: datetime, why: str, detail: str) -> None:
    with writing() as db:
        if scheduling.fail(db, one, now, why, detail):
            audit.note(db, one.scheduled_by, "menus.not_published", f"{one.tree}: {why}")
    log.warning("menus: %s was to be published, and is not: %s", one.tree, why)
