"""What a page weighs on the line, and what a browser says of it: light, from nowhere else, and
without a complaint; and what axe-core says: nothing of WCAG 2.2 AA that a program can see is broken
(github.com/dequelabs/axe-core)."""

import gzip
import os
import re
from pathlib import Path

import pytest

from console.pages import page
from serving.web import is_a_page
from tests.console import browsing
from tests.console.browsing import CHROMIUM
from tests.console.conversations import FRENCH, sign_in
from tests.console.routes import gets, routes, things

FIRST, LATER = 100_000, 30_000  # bytes on the line: with an empty cache, and with a full one


@pytest.fixture
def admin(office):
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


def pages(office) -> list[str]:
    """All that is shown, whole: a file to keep is no page, nor is what a script asks for."""
    file = re.compile(r"\.(csv|yaml|zip|po|xlsx)$")
    return [
        url
        for endpoint, url, method in routes(office.app, things(office))
        if method == "GET" and not file.search(url) and endpoint not in page.by_themselves
        if endpoint != "console.static_file"
    ]


def weight(client, url: str) -> tuple[int, set[str]]:
    """Bytes on the line, and the addresses that the page asks for."""
    answer = client.get(url, headers={**FRENCH, "Accept-Encoding": "gzip"})
    body = answer.data
    answer.close()
    html = gzip.decompress(body).decode() if answer.content_encoding == "gzip" else answer.text
    parts = set(re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"', html))
    return len(body), {part for part in parts if not part.startswith("data:")}


def test_pages_are_light_the_first_time_and_lighter_later(office, admin):
    asked: dict[str, int] = {}
    for url in pages(office):
        html, parts = weight(admin, url)
        ours = ("/console/static/", "/board/static/")
        assert all(part.startswith(ours) for part in parts), (url, parts)
        for part in parts - set(asked):
            asked[part] = weight(admin, part)[0]
        own = {one for one in parts if not re.search(r"/console\.(css|js)$", one)}
        assert html + sum(asked[part] for part in parts) <= FIRST, url
        assert html + sum(asked[part] for part in own) <= LATER, url


def test_every_page_tells_browsers_what_it_may_do_and_not_to_keep_it(office, admin):
    for url in gets(office.app, things(office)):
        headers = admin.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, url
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert rule in policy.split("; "), url
        assert headers["X-Content-Type-Options"] == "nosniff", url
        assert headers["Referrer-Policy"] == "no-referrer", url
        assert headers["Cache-Control"] == "no-store", url
        with office.app.test_request_context(url):
            assert is_a_page()


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_a_browser_finds_no_fault_on_any_page(office, address, browser, scheme, width):
    urls = [*pages(office), "/phone", "/board/mairie"]
    problems = walk(browser, address, urls, scheme, width)
    assert not problems, "\n".join(problems)


def walk(chromium, address: str, urls: list[str], scheme: str, width: int) -> list[str]:
    """What is wrong with these pages, as an administrator sees them."""
    size = {"width": width, "height": 740}
    shown = chromium.new_page(viewport=size, locale="fr-FR", color_scheme=scheme)
    problems: list[str] = []
    shown.on(
        "console",
        lambda said: (
            said.type in ("error", "warning") and problems.append(f"{shown.url}: {said.text}")
        ),
    )
    shown.on("pageerror", lambda error: problems.append(f"{shown.url}: {error}"))
    shown.on("request", lambda asked: _same(asked.url, address, problems))
    browsing.sign_in(shown, address, "admin")
    for url in urls:
        answer = shown.goto(address + url)
        if answer is not None and answer.status >= 500:
            problems.append(f"{url}: {answer.status}")
        problems += barriers(shown, url)
        if shown.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"{url}: wider than the screen")
        if "SCREENSHOTS" in os.environ:
            photograph(shown, url, scheme, Path(os.environ["SCREENSHOTS"]))
            shown.set_viewport_size(size)
    # What a page can't be is said by the browser, too: that is no fault of it.
    return [one for one in problems if "status of 409" not in one and "status of 410" not in one]


def photograph(shown, url: str, scheme: str, folder: Path) -> None:
    """For people to look at: `make screenshots`."""
    name = re.sub(r"[^a-z0-9]+", "-", url.removeprefix("/console")).strip("-") or "today"
    for width in (360, 768, 1280):
        shown.set_viewport_size({"width": width, "height": 800})
        shown.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def barriers(shown, url: str) -> list[str]:
    """Each with the first place where it is."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(shown, options=_WCAG).response["violations"]
    return [
        f"{url}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        f" {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found
    ]


def _same(url: str, address: str, problems: list[str]) -> None:
    if not url.startswith((f"{address}/", "data:")):
        problems.append(f"asked elsewhere: {url}")
