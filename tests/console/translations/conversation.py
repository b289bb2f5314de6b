"""What a translator does at the console, for tests."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from console.translations.shelf import Entry, load
from database import reading
from tests.console.conversations import FRENCH, sign_in

PLACE = "/console/translations"


def translator(office) -> FlaskClient:
    client = office.app.test_client()
    sign_in(client, "admin")
    return client


def entry(language: str, context: str, begins: str = "") -> Entry:
    """How a text stands: the first under the context whose French begins so."""
    with reading() as db:
        return next(
            one
            for one in load(db).entries(db, language)
            if one.item.text.context == context and one.item.text.source.startswith(begins)
        )


def page_of(language: str, one: Entry) -> str:
    return f"{PLACE}/{language}/{one.item.id}"


def write(client: FlaskClient, language: str, one: Entry, text: str, **more: str) -> TestResponse:
    """Opens the text's page, types, and saves as the buttons say (`do`)."""
    url = page_of(language, one)
    shown = client.get(url, headers=FRENCH).text
    fields = {
        name: re.search(rf'name="{name}" value="([^"]*)"', shown)[1]
        for name in ("csrf_token", "seen")
    }
    return client.post(url, data={**fields, "text": text, "do": "draft", **more}, headers=FRENCH)


def errors(answer: TestResponse) -> str:
    """What stands at the field."""
    assert answer.status_code == 422, answer.status_code
    found = re.search(r'id="text-error"[^>]*>(.*?)</div>', answer.text, re.S)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""
