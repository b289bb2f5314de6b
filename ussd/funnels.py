"""Where people go on and where they leave, per tree version, screen and language.

Counted in the Redis call that saves a session, so that it costs no round trip, and folded into the
database by the clock. A screen that came up and was neither left nor an end was dropped there.
"""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from sqlalchemy import delete
from sqlmodel import Session as Database
from sqlmodel import col, select

import moment
from background.clock import every
from database import reading, writing
from database.lean_redis import lean
from database.upserts import insert
from menus.engine import BACK, HOME, Session, Show
from settings import current
from ussd.models import FunnelCount, FunnelFold
from ussd.sessions import SHARDS, Record, funnel_key

log = logging.getLogger(__name__)

SHOWN, LEFT, ENDED, WRONG, MS = "shown", "left", "ended", "wrong", "ms"
OFFER = "(resume)"  # the question to one who comes back
_MOST_MS = 600_000  # no network keeps a session longer
_WAYS = {BACK: "(back)", HOME: "(home)"}


def footsteps(
    before: Record | None, shown: Show, now: int, entry: str | None
) -> list[tuple[str, int]]:
    """What one dial adds to the counts: `now` in µs; without `before` a session begins."""
    counts = []
    after = _place(shown.session)
    if before is not None:
        here = _place(before.session)
        counts.append((f"{here}|{MS}", min(max(0, (now - before.at) // 1000), _MOST_MS)))
        if shown.refused:
            return [*counts, (f"{here}|{WRONG}", 1)]
        if here == after:  # a page was turned
            return counts
        way = _WAYS.get(entry or "") or _screen(shown.session)
        counts.append((f"{here}|{LEFT}>{way}", 1))
    counts.append((f"{after}|{SHOWN}", 1))
    if shown.ends:
        counts.append((f"{after}|{ENDED}", 1))
    return counts


def _screen(session: Session) -> str:
    return OFFER if session.asking else session.screen


def _place(session: Session) -> str:
    return f"{session.tree}|{_screen(session)}|{session.language}"


# -- folding --------------------------------------------------------------------------------------


@every(seconds=15)
def fold() -> int:
    """Moves what was counted into the database; returns how many counts. A fold that was cut short
    is taken up again, and counted once: its id is noted with it."""
    settings = current()
    redis = lean(settings.sessions_redis, settings.redis_seconds)
    folded = 0
    names = [(funnel_key(shard), f"{funnel_key(shard)}:fold") for shard in SHARDS]
    held = redis.run(*[("EXISTS", name) for pair in names for name in pair])
    for (key, aside), counted, begun in zip(names, held[::2], held[1::2], strict=True):
        if not counted and not begun:
            continue
        if not begun:
            redis.run(("RENAMENX", key, aside), ("HSETNX", aside, "id", secrets.token_hex(12)))
        flat = redis.run(("HGETALL", aside))[0]
        counts = dict(zip(_texts(flat[::2]), _texts(flat[1::2]), strict=True))
        identity = counts.pop("id", "")
        with writing() as db:
            folded += _add(db, identity, counts)
        redis.run(("DEL", aside))
    with writing() as db:
        old = moment.now() - timedelta(days=1)
        db.exec(delete(FunnelFold).where(col(FunnelFold.at) < old))
    return folded


def _texts(values: Iterable[bytes]) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values]


def _add(db: Database, identity: str, counts: dict[str, str]) -> int:
    now = moment.now()
    noted = insert(db, FunnelFold).values(id=identity, at=now).on_conflict_do_nothing()
    if db.execute(noted.returning(col(FunnelFold.id))).first() is None:
        return 0
    day = now.astimezone(current().zone).date()
    for name, number in counts.items():
        version, screen, language, what = name.split("|", 3)
        row = insert(db, FunnelCount).values(
            day=day,
            version=version,
            screen=screen,
            language=language,
            what=what,
            count=int(number),
        )
        key = ["day", "version", "screen", "language", "what"]
        more = {"count": FunnelCount.count + row.excluded.count}
        db.execute(row.on_conflict_do_update(index_elements=key, set_=more))
    return len(counts)


# -- reading --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Place:
    """One screen's counts; `ways` by where they led, `seconds` together."""

    screen: str
    shown: int = 0
    left: int = 0
    ended: int = 0
    wrong: int = 0
    seconds: float = 0.0
    ways: dict[str, int] = field(default_factory=dict)

    @property
    def dropped(self) -> int:
        """Neither left nor ended; of the last minutes, some are there still."""
        return max(0, self.shown - self.left - self.ended)


def places(versions: Sequence[str], since: date, language: str | None = None) -> list[Place]:
    """The screens of these tree versions since that day, the most seen first."""
    query = select(FunnelCount).where(
        col(FunnelCount.version).in_(versions), col(FunnelCount.day) >= since
    )
    if language is not None:
        query = query.where(FunnelCount.language == language)
    found: dict[str, Place] = {}
    with reading() as db:
        for row in db.exec(query):
            place = found.setdefault(row.screen, Place(row.screen))
            _put(place, row.what, row.count)
    return sorted(found.values(), key=lambda place: (-place.shown, place.screen))


def _put(place: Place, what: str, count: int) -> None:
    kind, _, way = what.partition(">")
    if kind == LEFT:
        place.left += count
        place.ways[way] = place.ways.get(way, 0) + count
    elif kind == MS:
        place.seconds += count / 1000
    else:
        setattr(place, kind, cast(int, getattr(place, kind)) + count)
