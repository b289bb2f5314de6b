"""A phone's code after the password: linked, asked for, never taken twice; and the phone lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from console import half
from database import reading, writing
from staff import directory, two_steps
from tests.console.conversations import ACCOUNT, FRENCH, is_in, send, sign_in, try_to_sign_in

TWO_STEPS, CODE = f"{ACCOUNT}/two-steps", "/console/sign-in/code"
PASSWORD = "guichet-demo"


@pytest.fixture
def client(office):
    return office.app.test_client()


@pytest.fixture
def other(office):
    return office.app.test_client()


def code_of(secret: str, later: int = 0) -> str:
    """What the application shows, or will show in so many steps."""
    at = datetime.now(UTC).timestamp() + later * two_steps.STEP
    return two_steps._totp(secret).generate(int(at)).decode()


def turn_on(client, code: str = "", password: str = PASSWORD):
    """The answer, and the secret that the page showed."""
    shown = client.get(TWO_STEPS).text
    secret = re.search(r'class="key">([^<]+)<', shown)[1].replace(" ", "")
    signed = re.search(r'name="secret" value="([^"]+)"', shown)[1]
    fields = {"secret": signed, "code": code or code_of(secret), "now": password}
    return send(client, f"{TWO_STEPS}/on", fields, page=TWO_STEPS), secret


def linked(client, user: str = "awa") -> tuple[str, list[str]]:
    """One who has signed in and linked a phone: the secret and the recovery codes."""
    sign_in(client, user)
    answer, secret = turn_on(client)
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<li><code>([^<]+)<", answer.text)


def to_code(client, user: str = "awa", **fields) -> None:
    answer = try_to_sign_in(client, user, **fields)
    assert answer.location == CODE


def give(client, code: str):
    return send(client, CODE, {"code": code}, page=CODE)


def test_the_vectors_of_the_standard_hold():
    """RFC 6238, appendix B, cut to six digits."""
    import base64

    secret = base64.b32encode(b"12345678901234567890").decode()
    for second, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        now = datetime.fromtimestamp(second, UTC)
        assert two_steps.step_of(secret, code, now) == second // 30
        assert two_steps.step_of(secret, code, now + timedelta(seconds=30)) == second // 30
        assert two_steps.step_of(secret, code, now + timedelta(seconds=90)) is None


def test_a_phone_is_linked_by_its_first_code_and_asked_for_from_then_on(client, other):
    _secret, codes = linked(client)
    assert len(set(codes)) == two_steps.CODES
    assert is_in(client)
    to_code(other, next="/console/queue")
    assert not is_in(other)
    given = give(other, code_of(_secret, 1))
    assert given.location == "/console/queue"
    assert is_in(other)


def test_linking_ends_sessions_from_before(client, other):
    sign_in(other)
    linked(client)
    assert not is_in(other)


def test_the_page_s_picture_is_our_own_and_says_what_the_key_says(client):
    sign_in(client)
    shown = client.get(TWO_STEPS).text
    assert 'src="data:image/svg+xml' in shown
    secret = two_steps.new_secret()
    assert two_steps.uri(secret, "awa").startswith("otpauth://totp/Guichet:awa?")
    assert f"secret={secret}" in two_steps.uri(secret, "awa")


@pytest.mark.parametrize(
    ("code", "password", "told"),
    [
        ("000000", PASSWORD, "pas le code de ce QR code"),
        ("", "wrong password", "pas votre mot de passe actuel"),
    ],
)
def test_it_takes_the_code_and_the_password(client, code, password, told):
    sign_in(client)
    answer, secret = turn_on(client, code, password)
    assert answer.status_code == 422
    assert told in answer.text.replace("&#39;", "'")
    assert secret[:4] in answer.text  # the same picture again: the phone has it already
    with reading() as db:
        assert directory.find(db, "awa").totp_secret is None


def test_a_secret_that_we_did_not_make_is_not_taken(client, other):
    sign_in(client)
    sign_in(other, "ibou")
    shown = other.get(TWO_STEPS).text
    of_ibou = re.search(r'name="secret" value="([^"]+)"', shown)[1]
    for signed in ("", "JBSWY3DPEHPK3PXP", of_ibou):
        fields = {"secret": signed, "code": "123456", "now": PASSWORD}
        assert send(client, f"{TWO_STEPS}/on", fields, page=TWO_STEPS).location == TWO_STEPS


def test_a_code_is_taken_once_and_no_older_one_after_it(client, other):
    secret, _codes = linked(client)
    code = code_of(secret, 1)
    to_code(other)
    assert give(other, code).status_code == 303
    send(other, "/console/sign-out")
    to_code(other)
    assert give(other, code).status_code == 422
    assert give(other, code_of(secret)).status_code == 422
    assert not is_in(other)


def test_a_recovery_code_opens_once_however_it_is_typed(client, other):
    _secret, codes = linked(client)
    to_code(other)
    assert give(other, codes[0].upper().replace("-", " ")).status_code == 303
    assert "9 codes de secours" in other.get(TWO_STEPS).text
    send(other, "/console/sign-out")
    to_code(other)
    assert give(other, codes[0]).status_code == 422
    assert give(other, codes[1]).status_code == 303


def test_recovery_codes_are_kept_as_hashes_and_new_ones_end_the_old(client, other):
    _secret, old = linked(client)
    shown = send(client, f"{TWO_STEPS}/codes", {"now": PASSWORD}, page=TWO_STEPS).text
    new = re.findall(r"<li><code>([^<]+)<", shown)
    assert not set(old) & set(new)
    with reading() as db:
        from sqlalchemy import text

        kept = db.execute(text("SELECT code_hash FROM staff_recovery")).scalars().all()
    assert len(kept) == two_steps.CODES
    assert not any(code.replace("-", "") in kept for code in new)
    to_code(other)
    assert give(other, old[0]).status_code == 422
    assert give(other, new[0]).status_code == 303


def test_guessing_codes_takes_its_time(client, other):
    secret, codes = linked(client)
    to_code(other)
    for _ in range(5):
        assert give(other, "000000").status_code == 422
    told = give(other, code_of(secret, 1))
    assert told.status_code == 429
    assert "Trop d&#39;essais" in told.text
    assert give(other, codes[0]).status_code == 429


def test_the_code_is_asked_for_after_the_password_only(client, other):
    _secret, _codes = linked(client)
    assert other.get(CODE).location == "/console/sign-in"
    to_code(other)
    with other.session_transaction(path="/") as session:
        session["half"][2] -= half.LASTS + 1
        session.modified = True
    assert other.get(CODE, headers=FRENCH).location == "/console/sign-in"


def test_half_signed_in_is_worth_nothing_once_the_password_changed(client, other):
    secret, _codes = linked(client)
    to_code(other)
    with writing() as db:
        directory.set_password(db, directory.find(db, "awa"), "quatre mots sans lien", "test")
    assert give(other, code_of(secret, 1)).status_code == 422


def test_it_is_turned_off_with_the_password(client, other):
    linked(client)
    wrong = send(client, f"{TWO_STEPS}/off", {"now": "wrong password"}, page=TWO_STEPS)
    assert wrong.status_code == 422
    assert send(client, f"{TWO_STEPS}/off", {"now": PASSWORD}, page=TWO_STEPS).status_code == 303
    assert is_in(client)
    sign_in(other)
    assert is_in(other)


def test_an_administrator_helps_one_who_lost_the_phone(office, client, other):
    linked(client)
    admin = office.app.test_client()
    sign_in(admin, "admin")
    with reading() as db:
        page = f"/console/people/{directory.find(db, 'awa').id}"
    assert send(admin, f"{page}/two-steps/off").status_code == 303
    assert not is_in(client)
    sign_in(other)
    assert send(admin, f"{page}/two-steps/off").status_code == 404


def test_a_setting_asks_it_of_administrators(open_office):
    office = open_office(CONSOLE_TWO_STEPS="administrators")
    agent, admin = office.app.test_client(), office.app.test_client()
    sign_in(agent)
    assert is_in(agent)
    sign_in(admin, "admin")
    for page in ("/console/", "/console/people", "/console/settings", "/console/audit.csv"):
        assert admin.get(page).location == TWO_STEPS
    shown = admin.get(TWO_STEPS, headers=FRENCH).text
    assert "doivent avoir un code" in shown
    answer, _secret = turn_on(admin)
    assert answer.status_code == 200
    assert is_in(admin)
    assert send(admin, f"{TWO_STEPS}/off", {"now": PASSWORD}, page=TWO_STEPS).status_code == 404


def test_the_command_line_helps_the_only_administrator(office, client, other):
    linked(client, "admin")
    assert office.app.test_cli_runner().invoke(args=["staff", "one-step", "admin"]).exit_code == 0
    sign_in(other, "admin")
    assert is_in(other)
