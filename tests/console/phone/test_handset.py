"""The drawn phone: it shows what the network sends, line by line, and how full a page is."""

import re
from pathlib import Path

import pytest
from flask import render_template_string

import console
from console.handset import meter
from gsm.pages import Budget
from tests.console.test_look import contrast

CSS = (Path(console.__file__).parent / "static/handset.css").read_text(encoding="utf-8")
SCHEMES = re.findall(r":root \{(.*?)\}", CSS, re.S)
BUDGET = Budget(septets=160, units=70)
DRAWN = '{% from "handset.html" import handset %}{{ handset(text.split("\n"), size, keys=keys) }}'


def drawn(office, text, page=1, pages=1, keys=False):
    with office.app.test_request_context("/console/", headers={"Accept-Language": "fr"}):
        size = meter(text, BUDGET, page, pages)
        return render_template_string(DRAWN, text=text, size=size, keys=keys)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_shows_each_line_and_what_is_used_of_the_page(office):
    html = drawn(office, "Bienvenue\n1 <b>Tickets</b>", 1, 2)
    assert re.findall("<p>(.*?)</p>", html)[:2] == [
        "Bienvenue",
        "1 &lt;b&gt;Tickets&lt;/b&gt;",
    ]
    said = " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "26 / 160 septets GSM-7 page 1 sur 2" in said
    assert "<button" not in html


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_too_long_is_said_in_units_of_its_own_encoding(office):
    html = drawn(office, "ŋ" * 75, keys=True)
    assert "75 / 70 unités : 5 de trop" in " ".join(re.sub("<[^>]*>", "", html).split())
    assert re.findall('name="key" value="(.)"', html) == list("123456789*0#")


def test_it_can_be_read_in_every_scheme():
    assert len(SCHEMES) == 4
    for scheme in SCHEMES:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        for ink, ground in (("lcd-ink", "lcd"), ("key-ink", "key"), ("key-soft", "key")):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, scheme)
