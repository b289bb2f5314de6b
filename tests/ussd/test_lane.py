"""The callbacks' own way in front of Flask: trust, bounds, and limits."""

import io

import pytest

from serving.trust import MOST_BYTES
from ussd.gateways import all_gateways

FORM = {
    "sessionId": "ATUid_1",
    "phoneNumber": "+221770000050",
    "networkCode": "60801",
    "serviceCode": "*384*50#",
    "text": "",
}


@pytest.mark.parametrize("name", all_gateways())
def test_a_wrong_secret_an_unknown_gateway_and_no_page_look_alike(office, name):
    client = office.app.test_client()
    method = all_gateways()[name].contract.methods[0]
    unknown = [
        client.open(f"/ussd/{name}/guess", method=method),
        client.open(f"/ussd/{name}/", method=method),
        client.open(f"/ussd/{name}/d%C3%A9mo", method=method),
        client.open("/ussd/nobody/demo", method=method),
        client.open("/ussd/", method=method),
    ]
    assert {answer.status_code for answer in unknown} == {404}
    assert len({answer.data for answer in unknown}) == 1


@pytest.mark.parametrize("name", all_gateways())
def test_another_method_is_told_which_one_to_use(office, name):
    contract = all_gateways()[name].contract
    for method in {"DELETE", "GET", "POST"} - set(contract.methods):
        answer = office.app.test_client().open(f"/ussd/{name}/demo", method=method)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == ", ".join(contract.methods)


@pytest.mark.parametrize(
    "name", [name for name, one in all_gateways().items() if "POST" in one.contract.methods]
)
def test_a_body_beyond_all_bounds_is_a_valid_end(office, name):
    rest = "/session/1/start" if name == "infobip" else ""
    answer = office.app.test_client().post(f"/ussd/{name}/demo{rest}", data=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 200
    assert "Appel non compris" in answer.text


def test_a_body_without_a_length_is_read_as_far_as_it_may_go(office):
    body = b"&".join(
        f"{name}={value}".replace("+", "%2B").replace("#", "%23").encode()
        for name, value in FORM.items()
    )
    for padding, expected in ((b"", "CON "), (b"&x=" + b"x" * MOST_BYTES, "END Appel non compris")):
        answer = office.app.test_client().open(
            "/ussd/africastalking/demo",
            method="POST",
            input_stream=io.BytesIO(body + padding),
            content_type="application/x-www-form-urlencoded",
            headers={"Transfer-Encoding": "chunked"},
        )
        assert answer.text.startswith(expected)


def test_what_is_no_callback_is_flask_s(office):
    assert office.app.test_client().get("/healthz").json == {"status": "ok"}
    assert office.app.test_client().get("/ussdish").status_code == 404


def test_over_the_limit_a_number_gets_a_polite_end_and_others_do_not(open_office):
    office = open_office(RATE_PER_NUMBER="3")
    phone = office.phone()
    assert all(phone.dial().goes_on for _ in range(3))
    screen = phone.dial()
    assert screen.text == "Trop d'appels à la fois. Recomposez le code dans une minute."
    assert not screen.goes_on
    assert office.phone("+221770000051").dial().goes_on


def test_over_the_limit_the_words_are_in_the_citizen_s_language(open_office):
    office = open_office(RATE_PER_NUMBER="3")
    phone = office.speaking(language="2")  # two callbacks
    phone.repeat()
    assert phone.repeat().text.startswith("Too many calls at once.")


def test_a_limit_for_all_of_a_provider_s_calls(open_office, monkeypatch):
    monkeypatch.setattr("ussd.sessions.time.time", lambda: 1_800_000_000.0)
    office = open_office(RATE_PER_PROVIDER="2")
    screens = [office.phone(f"+22177000005{number}").dial() for number in range(3)]
    assert [screen.goes_on for screen in screens] == [True, True, False]


def test_a_callback_that_is_repeated_without_end_is_limited_too(open_office):
    office = open_office(RATE_PER_NUMBER="5")
    phone = office.phone()
    phone.dial()
    assert [phone.repeat().goes_on for _ in range(6)] == [True] * 4 + [False] * 2


def test_without_a_limit_a_number_may_call_as_it_likes(open_office):
    office = open_office(RATE_PER_NUMBER="0")
    phone = office.phone()
    assert all(phone.dial().goes_on for _ in range(130))


def test_a_limit_leaves_nothing_behind_for_long(office):
    office.phone().dial()
    [key] = office.redis.keys("*:minute*")
    assert 0 < office.redis.ttl(key) <= 60
