"""Who has a menu open: whoever asked for one of its pages within the last minutes.

It lies in Redis, and is no more than a courtesy: that nobody's work is undone is seen to by the
draft's revision."""

import time
from typing import Any

from flask import request
from redis.exceptions import RedisError

from background import work
from console.pages import page
from console.sessions import me

SECONDS = 600
_PAGES = "console.menu_"


@page.before_request
def _come() -> None:
    tree = (request.view_args or {}).get("tree")
    if tree and (request.endpoint or "").startswith(_PAGES):
        try:
            redis: Any = work.connection()
            redis.hset(_key(tree), me().signature, int(time.time()))
            redis.expire(_key(tree), SECONDS)
        except RedisError:
            return


def others(tree: str) -> list[str]:
    """Who else has it open."""
    try:
        redis: Any = work.connection()
        found = redis.hgetall(_key(tree))
    except RedisError:
        return []
    since, mine = time.time() - SECONDS, me().signature
    here = {who.decode() for who, at in found.items() if int(at) >= since}
    return sorted(here - {mine})


def _key(tree: str) -> str:
    return f"guichet:menus:{tree[:48]}:open"
