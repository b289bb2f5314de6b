"""A real browser: Debian's Chromium, at pages that are served for it.

pytestmark = NEEDS_CHROMIUM      skipped with a clear line where there is none
address, browser                 fixtures (conftest.py)
sign_in(page, address, "admin")
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.serving import make_server

from settings import DEMO_PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
NEEDS_CHROMIUM = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@contextmanager
def served(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: `make test`")
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield launched
        launched.close()


def sign_in(page: Any, address: str, user: str) -> None:
    page.goto(f"{address}/console/sign-in")
    page.fill("[name=name]", user)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("button.primary")
    page.wait_for_selector("nav")
