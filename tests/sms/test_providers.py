"""The file of providers and routes: what it leads to, and what is said of a wrong one."""

import re
import subprocess
import sys

import pytest
from sqlmodel import select

import database
from database import reading
from settings import ROOT, WrongSettings, load
from sms import providers, routes
from sms.gateways.callbacks import Inbound
from sms.models import Receipt
from sms.providers import WrongProviders
from tests.fakes.smsc import FakeSmsc

GOOD = """
providers:
  sonatel:
    kind: http
    url: https://sms.example/send
    form: {to: "{phone}", text: "{text}", key: "${SONATEL_KEY}"}
    senders: {"221": GUICHET}
    rates: [{per_second: 5, country: "221"}]
routes:
  "221": [sonatel, africastalking]
  "2217": [console]
  "*": [africastalking]
"""
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "providers.yaml"
        path.write_text(text)
        return path

    return write


def gateways(channel: str, address: str) -> list[tuple[str, str | None]]:
    return [(way.name, way.sender) for way in routes.ways(channel, address)]


@SQLITE
def test_a_number_is_led_by_its_longest_prefix(environment, file):
    environment(
        SMS_PROVIDERS=str(file(GOOD)), SONATEL_KEY="k", AT_API_KEY="a", AT_SENDER_ID="MAIRIE"
    )
    assert gateways("sms", "+221331110000") == [
        ("sonatel", "GUICHET"),
        ("africastalking", "MAIRIE"),
    ]
    assert gateways("sms", "+221770000001") == [("console", None)]
    assert gateways("sms", "+254711000001") == [("africastalking", "MAIRIE")]
    assert gateways("email", "a@b.example") == []
    assert routes.named("sonatel").name == "sonatel"
    assert routes.named("nobody") is None


@SQLITE
@pytest.mark.parametrize(
    ("given", "led"),
    [
        ({}, "console"),
        ({"AT_API_KEY": "k"}, "africastalking"),
        ({"AT_API_KEY": "k", "SMS_GATEWAY": "console"}, "console"),
        ({"SMS_GATEWAY": "africastalking"}, "console"),
        (
            {"file": GOOD, "SONATEL_KEY": "k", "AT_API_KEY": "k", "SMS_GATEWAY": "console"},
            "console",
        ),
    ],
)
def test_without_a_file_one_gateway_takes_all(environment, file, given, led):
    given = dict(given)
    if "file" in given:
        given["SMS_PROVIDERS"] = str(file(given.pop("file")))
    environment(**given)
    assert [name for name, _ in gateways("sms", "+221770000001")] == [led]


@SQLITE
def test_the_same_way_is_given_each_time(environment):
    environment()
    first, again = (routes.ways("sms", "+221770000001") for _ in range(2))
    assert first[0] is again[0]
    routes.forget()
    assert routes.ways("sms", "+221770000001")[0].gateway is not first[0].gateway


@SQLITE
def test_e_mails_go_by_smtp_where_there_is_one(environment):
    environment(SMTP_URL="smtp://relay.example/?from=guichet@mairie.example")
    assert gateways("email", "a@b.example") == [("smtp", None)]
    assert routes.named("smtp").name == "smtp"


HTTP = "kind: http, url: 'https://a.example/', form: {t: '{text}', p: '{phone}'}"
WRONG = {
    "routes: {'*': [nobody]}": ['routes."*": no such provider: nobody'],
    "routes: {'*': [console, console]}": ['routes."*": a provider stands twice'],
    "routes: {senegal: [console]}": ["routes.senegal", "country prefix"],
    "routes: {}": ["routes: "],
    "{}": ["routes: Field required"],
    "- 1": ["valid dictionary"],
    "a: [": ["is no YAML: line 1"],
    "providers: {x: {kind: pigeon}}": ["providers.x", "pigeon"],
    "providers: {'a b': {kind: console}}": ["letters, digits"],
    f"providers: {{x: {{{HTTP}, colour: red}}}}": ["providers.x.colour: Extra inputs"],
    "providers: {x: {kind: http}}": ["providers.x.url: Field required"],
    "providers: {x: {kind: http, url: a.example, timeout: 99}}": [
        "providers.x.url: write a URL",
        "providers.x.timeout: ",
    ],
    f"providers: {{x: {{{HTTP}, headers: {{a: '{{colour}}'}}}}}}": [
        "providers.x.headers.a: no such placeholder: {colour}"
    ],
    f"providers: {{x: {{{HTTP}, headers: {{a: '{{text}}'}}}}}}": [
        "providers.x.headers.a: a header"
    ],
    f"providers: {{x: {{{HTTP}, query: {{a: '${{NO_SUCH_KEY}}'}}}}}}": [
        "providers.x.query: the variable NO_SUCH_KEY is not set"
    ],
    f"providers: {{x: {{{HTTP}, refusals: {{'1': broke}}}}}}": [
        "providers.x.refusals.1: no such reason"
    ],
    f"providers: {{x: {{{HTTP}, id: {{pattern: '('}}}}}}": [
        "providers.x.id.pattern: not a regular expression"
    ],
    f"providers: {{x: {{{HTTP}, id: {{pattern: 'a'}}}}}}": ["providers.x.id: the pattern needs"],
    f"providers: {{x: {{{HTTP}, id: {{}}}}}}": ["providers.x.id: give a path or a pattern"],
    f"providers: {{x: {{{HTTP}, success: {{path: a}}}}}}": ["providers.x.success: path and values"],
    f"providers: {{x: {{{HTTP}, receipts: {{id: a, status: b, statuses: {{ok: good}}}}}}}}": [
        "providers.x.receipts.statuses.ok: "
    ],
    f"providers: {{x: {{{HTTP}, rates: [{{per_second: 0}}]}}}}": [
        "providers.x.rates.0.per_second: "
    ],
    f"providers: {{x: {{{HTTP}, senders: {{'221': FAR-TOO-LONG-A-NAME}}}}}}": [
        "providers.x.senders.221: "
    ],
    f"providers: {{x: {{{HTTP}, json: {{a: 1}}}}}}": ["providers.x: form or json"],
    "providers: {x: {kind: http, url: 'https://a.example/', json: {a: 'x{phones}'}}}": [
        "providers.x.json: {phones} and {phones_digits} stand alone"
    ],
    "providers: {x: {kind: http, url: 'https://a.example/', form: {}}}": [
        "providers.x: {text} and a {phone} must go somewhere"
    ],
    f"providers: {{x: {{{HTTP}, headers: {{a: '{{token}}'}}}}}}": ["{token} and oauth"],
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_told_by_field(file, text):
    path = file(f"{text}\nroutes: {{'*': [console]}}" if text.startswith("providers") else text)
    with pytest.raises(WrongProviders) as raised:
        providers.load(path)
    for part in WRONG[text]:
        assert part in str(raised.value)


def test_africa_s_talking_in_a_route_needs_its_key(file, monkeypatch):
    with pytest.raises(WrongProviders, match=r"africastalking.api_key: .* AT_API_KEY is not set"):
        providers.load(file("routes: {'*': [africastalking]}"))


def test_all_that_is_wrong_is_told_with_the_settings_at_once_and_no_secret(file, monkeypatch):
    text = f"providers: {{x: {{{HTTP}, most: s3cret}}}}\nroutes: {{'*': [nobody]}}"
    monkeypatch.setenv("SMS_PROVIDERS", str(file(text)))
    monkeypatch.setenv("SMTP_URL", "smtp://me:s3cret@relay.example/")
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(WrongSettings) as raised:
        load()
    report = raised.value.report
    for line in ("PORT: ", "SMS_PROVIDERS: providers.x.most: ", "SMTP_URL: give the address"):
        assert f"  {line}" in report
    assert "s3cret" not in report


def test_a_process_with_a_wrong_file_ends_with_2(file):
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "settings"],
        env={"SMS_PROVIDERS": str(file("routes: {'*': [nobody]}")), "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert 'SMS_PROVIDERS: routes."*": no such provider: nobody' in ended.stderr
    assert "Traceback" not in ended.stderr


SMPP = """
providers:
  operator: {kind: smpp, host: 127.0.0.1, port: %d, system_id: guichet, password: "${SMSC_KEY}"}
routes: {"*": [operator]}
"""


def test_an_smsc_s_receipts_are_stored_and_its_sms_handed_on(environment, file, monkeypatch):
    came: list[tuple[str, Inbound]] = []
    monkeypatch.setattr(routes, "INBOUND", [lambda *said: came.append(said)])
    with FakeSmsc() as smsc:
        settings = environment(SMS_PROVIDERS=str(file(SMPP % smsc.port)), SMSC_KEY=smsc.password)
        database.use(settings)
        routes.stay_bound()
        receipt = b"id:smsc-1 stat:DELIVRD err:000"
        assert smsc.deliver("221770000001", "GUICHET", receipt, esm_class=4) == 0
        assert smsc.deliver("221770000001", "38450", b"STOP") == 0
        with reading() as db:
            [stored] = db.exec(select(Receipt)).all()
        assert (stored.gateway, stored.gateway_id, stored.status) == (
            *("operator", "smsc-1", "delivered"),
        )
        assert [(name, sms["words"]) for name, sms in came] == [("operator", "STOP")]
        routes.named("operator").close()


EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/sms-providers.md").read_text(), re.S)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_documentation_are_accepted(file, monkeypatch, example):
    for name in re.findall(r"\$\{(\w+)\}", example):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AT_API_KEY", "x")
    providers.load(file(example))


def test_production_may_send_by_described_providers_alone(file, monkeypatch):
    from tests.test_settings import PRODUCTION

    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AT_API_KEY")
    monkeypatch.setenv("SMS_PROVIDERS", str(file("routes: {'*': [console]}")))
    assert load().at_api_key is None
