"""Providers that are described: what goes out, and what is made of what comes back."""

import json
import urllib.parse

import pytest

from sms.gateways import Accepted, Letter, Refused, Unknown
from sms.gateways.described import HttpApi
from sms.gateways.http import Http, lookup
from tests.fakes.lean_http import HANG_UP, LeanServer, Reply

PHONE = "+221770000050"
LETTER = Letter("Ticket A001, é & ça", [PHONE], ["ticket:1:taken"], "GUICHET")


class Provider:
    """A server that answers what it is told to, in order, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked = []
        self.replies = []
        self.server = LeanServer(self._answer)

    def _answer(self, request):
        self.asked.append(request)
        return self.replies.pop(0) if self.replies else Reply(200, b'{"id": "m-1"}')

    def says(self, *answers: object, status: int = 200) -> None:
        self.replies += [
            answer
            if isinstance(answer, Reply)
            else Reply(status, json.dumps(answer).encode(), "application/json")
            for answer in answers
        ]

    @property
    def form(self) -> dict:
        return dict(urllib.parse.parse_qsl(self.asked[-1].body.decode()))


@pytest.fixture
def provider():
    provider = Provider()
    provider.server.start()
    yield provider
    provider.server.stop()


@pytest.fixture
def described(provider):
    """`described(form=…, …)`: the gateway that is described so, at this provider."""

    def describe(environment=None, path="/send", **fields: object) -> Http:
        asked = {"form", "json", "query"} & fields.keys()
        form = {} if asked else {"form": {"to": "{phone}", "text": "{text}"}}
        api = HttpApi.model_validate({"url": provider.server.url + path, **form, **fields})
        return Http("sonatel", api, environment or {})

    return describe


def say(gateway, letter=LETTER):
    [result] = gateway.send(letter)
    return result


def test_a_form_is_filled_in(described, provider):
    gateway = described(
        form={
            "to": "{phone_digits}",
            "text": "{text}",
            "from": "{sender}",
            "ref": "g-{reference}",
            "key": "${KEY}",
        },
        environment={"KEY": "secret-key"},
    )
    assert say(gateway) == Accepted(None)
    assert provider.form == {
        "to": "221770000050",
        "text": "Ticket A001, é & ça",
        "from": "GUICHET",
        "ref": "g-ticket:1:taken",
        "key": "secret-key",
    }


def test_json_is_filled_in_at_any_depth(described, provider):
    gateway = described(
        most=10,
        json={"a": [{"to": "tel:{phone}", "n": 1}], "all": "{phones}", "m": {"text": "{text}"}},
        headers={"X-Ref": "{reference}"},
    )
    gateway.send(Letter("x", [PHONE, "+221770000051"], ["r", "s"]))
    assert json.loads(provider.asked[0].body) == {
        "a": [{"to": f"tel:{PHONE},+221770000051", "n": 1}],
        "all": [PHONE, "+221770000051"],
        "m": {"text": "x"},
    }
    assert provider.asked[0].header("x-ref") == "r"


def test_a_query_and_a_path_are_quoted(described, provider):
    gateway = described(
        method="GET",
        path="/to/{phone}/send?a=1",
        query={"text": "{text}", "from": "{sender}"},
    )
    say(gateway, Letter("a&b={phone}/é", [PHONE], ["r"]))
    assert provider.asked[0].method == "GET"
    assert provider.asked[0].path == (
        "/to/%2B221770000050/send?a=1&text=a%26b%3D%7Bphone%7D%2F%C3%A9"
    )


def test_a_citizen_s_text_is_no_template(described, provider):
    say(
        described(form={"to": "{phone}", "text": "{text}"}, environment={"KEY": "secret"}),
        Letter("{sender} ${KEY}", [PHONE], ["r"]),
    )
    assert provider.form["text"] == "{sender} ${KEY}"


JSON = {
    "success": {"path": "status", "values": ["0", "true"]},
    "id": {"path": "data.0.id"},
    "cost": {"path": "rate"},
    "code": {"path": "status"},
    "refusals": {"4": "insufficient_balance", "402": "insufficient_balance"},
}
ANSWERS = [
    ({"status": 0, "data": [{"id": 7}], "rate": 0.03}, Accepted("7", "0.03", "0")),
    ({"status": True, "data": []}, Accepted(None, None, "true")),
    ({"status": 4}, Refused("insufficient_balance", "4")),
    ({"status": "9 or so"}, Refused("code_9 or so", "9 or so")),
    ({"other": 1}, Unknown("unreadable_reply", None, "answered")),
    ([1], Unknown("unreadable_reply", None, "answered")),
    (Reply(200, b"OK"), Unknown("unreadable_reply", None, "answered")),
    (Reply(402, b"pay"), Refused("insufficient_balance", "402")),
    (Reply(204, b""), Unknown("http_204", "204", "answered")),
    (Reply(302, b""), Unknown("http_302", "302", "answered")),
    (Reply(400, b"no"), Refused("gateway_error", "400")),
    (Reply(401, b"no"), Refused("wrong_credentials", "401")),
    (Reply(429, b"no"), Refused("too_fast", "429")),
    (Reply(503, b"no"), Refused("gateway_error", "503")),
    (Reply(504, b"no"), Unknown("http_504", "504", "answered")),
    (HANG_UP, Unknown("connection_lost")),
    (Reply(200, b"{", length=99, breaks=True), Unknown("connection_lost")),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS, ids=range(len(ANSWERS)))
def test_an_answer_is_read_as_described(described, provider, answer, expected):
    provider.says(answer)
    assert say(described(**JSON)) == expected
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID: abc-7", Accepted("abc-7")),
        ("ERR: 11", Refused("invalid_number", "11")),
        ("ERR: 99", Refused("code_99", "99")),
        ("<html>", Unknown("unreadable_reply", None, "answered")),
    ],
)
def test_a_text_is_read_by_patterns(described, provider, text, expected):
    provider.says(Reply(200, text.encode()))
    gateway = described(
        success={"pattern": "^ID: "},
        id={"pattern": r"^ID: (\S+)"},
        code={"pattern": r"^ERR: (\d+)"},
        refusals={"11": "invalid_number"},
    )
    assert say(gateway) == expected


def test_an_answer_that_does_not_come_leaves_us_uncertain(described, provider):
    provider.server._latency = 60
    assert say(described(timeout=0.2)) == Unknown("no_answer", None, "asked")


def test_one_call_to_many_counts_its_cost_once(described, provider):
    provider.says({"status": 0, "data": [{"id": "b"}], "rate": 2})
    results = described(most=2, **JSON).send(Letter("x", [PHONE, "+221770000051"], ["r", "s"]))
    assert results == [Accepted("b", "2", "0"), Accepted("b", None, "0")]
    assert provider.form["to"] == f"{PHONE},+221770000051"


def test_a_secret_is_in_no_log_even_if_they_repeat_it(described, provider, caplog):
    gateway = described(headers={"Authorization": "Basic ${KEY}"}, environment={"KEY": "s3cret"})
    provider.says(Reply(400, b"what is Basic s3cret?"), HANG_UP, Reply(200, b"s3cret", "a", (), 9))
    for _ in range(2):
        say(gateway)
    assert provider.asked[0].header("authorization") == "Basic s3cret"
    assert "what is Basic •••?" in caplog.text
    assert "s3cret" not in caplog.text


# -- bearer tokens --------------------------------------------------------------------------------


@pytest.fixture
def with_token(described, provider):
    return described(
        headers={"Authorization": "Bearer {token}"},
        oauth={"url": f"{provider.server.url}/token", "headers": {"Authorization": "${AUTH}"}},
        environment={"AUTH": "Basic abc"},
    )


def test_a_token_is_fetched_once_and_used(with_token, provider):
    provider.says({"access_token": "t-1", "expires_in": 3600})
    assert isinstance(say(with_token), Accepted)
    assert isinstance(say(with_token), Accepted)
    assert [request.path for request in provider.asked] == ["/token", "/send", "/send"]
    assert provider.asked[0].header("authorization") == "Basic abc"
    assert provider.asked[2].header("authorization") == "Bearer t-1"


def test_a_token_that_is_over_is_replaced(with_token, provider):
    provider.says({"access_token": "t-1", "expires_in": "3600"})
    provider.says({}, status=401)
    provider.says({"access_token": "t-2", "expires_in": "3600"})
    assert isinstance(say(with_token), Accepted)
    assert provider.asked[-1].header("authorization") == "Bearer t-2"
    assert len(provider.asked) == 4


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Reply(401, b"{}"), Refused("wrong_credentials", "401", "begun")),
        (Reply(503, b"{}"), Refused("gateway_error", "503", "begun")),
        (Reply(200, b"{}"), Refused("gateway_error", "200", "begun")),
        (HANG_UP, Refused("no_connection", None, "begun")),
    ],
)
def test_without_a_token_nothing_leaves(with_token, provider, answer, expected):
    provider.says(answer)
    assert say(with_token) == expected
    assert [request.path for request in provider.asked] == ["/token"]


# -- callbacks ------------------------------------------------------------------------------------


def test_a_receipt_is_read(described):
    gateway = described(
        receipts={
            "id": "info.data",
            "phone": "info.address",
            "status": "info.status",
            "statuses": {"DeliveredToTerminal": "delivered"},
        }
    )
    fields = {"info": {"data": "m-1", "address": f"tel:{PHONE}", "status": "DELIVEREDTOTERMINAL"}}
    news = gateway.read_receipt(fields)
    assert json.loads(news.pop("raw")) == fields
    assert news == {
        "gateway_id": "m-1",
        "phone": PHONE,
        "status": "delivered",
        "reason": None,
        "network": None,
    }
    assert gateway.read_receipt({"info": {"status": "Odd"}})["status"] == "Odd"
    assert gateway.read_receipt({})["status"] == ""
    with pytest.raises(LookupError, match="incoming"):
        gateway.read_inbound({})


def test_an_incoming_sms_is_read(described):
    gateway = described(incoming={"phone": "msisdn", "text": "body", "to": "short.code"})
    inbound = gateway.read_inbound({"msisdn": PHONE, "body": "STOP", "short.code": "384"})
    assert (inbound["phone"], inbound["words"], inbound["sent_to"]) == (PHONE, "STOP", "384")
    with pytest.raises(LookupError, match="receipts"):
        gateway.read_receipt({})


@pytest.mark.parametrize(
    ("tree", "path", "found"),
    [
        ({"a": {"b": [1, {"c": "x"}]}}, "a.b.1.c", "x"),
        ({"a.b": "flat"}, "a.b", "flat"),
        ({"a": [1]}, "a.7", None),
        ({"a": [1]}, "a.-1", None),
        ({"a": {}}, "a", None),
        ({"a": False}, "a", "false"),
        (None, "a", None),
        ({"a": " "}, "a", None),
    ],
)
def test_a_path_finds_plain_values_only(tree, path, found):
    assert lookup(tree, path) == found
