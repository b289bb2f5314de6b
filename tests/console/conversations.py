"""What a browser does at the console, for tests: signs in, sends forms with their token.

client = office.app.test_client()
sign_in(client, "awa")            # or ibou, fatou, administrateur
send(client, "/console/settings/account/language", {"language": "en"})
"""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from settings import DEMO_PASSWORD

SIGN_IN, ACCOUNT = "/console/sign-in", "/console/settings/account"
FRENCH = {"Accept-Language": "fr"}


def token(client: FlaskClient, page: str) -> str:
    """The one in a page's first form."""
    shown = client.get(page, headers=FRENCH)
    found = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    assert found, f"{page}: {shown.status_code}"
    return found[1]


def send(
    client: FlaskClient, url: str, fields: dict | None = None, page: str = ACCOUNT, **more
) -> TestResponse:
    """Sends a form, as from this page."""
    fields = {"csrf_token": token(client, page), **(fields or {})}
    return client.post(url, data=fields, headers=FRENCH, **more)


def try_to_sign_in(
    client: FlaskClient, user: str = "awa", password: str = DEMO_PASSWORD, **fields
) -> TestResponse:
    return send(client, SIGN_IN, {"name": user, "password": password, **fields}, page=SIGN_IN)


def sign_in(client: FlaskClient, user: str = "awa", password: str = DEMO_PASSWORD) -> None:
    answer = try_to_sign_in(client, user, password)
    assert answer.status_code == 303, answer.text


def is_in(client: FlaskClient) -> bool:
    return client.get("/console/").status_code == 200
