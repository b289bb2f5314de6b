"""What gateways send us is kept and answered with 200, whatever it is; strangers see nothing."""

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import database
from database import reading
from settings import Settings
from sms import callbacks, readers
from sms.models import Consent, Inbound, Receipt
from tests.sms.conversation import callback

# As RapidPro's courier has them in its tests (handlers/africastalking, github.com/nyaruka/courier),
# where some are refused: refused news is sent again and again, or never more.
INBOUND = {
    "as documented": (
        "linkId=03090445075804249226&text=Msg&to=21512&id=ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3"
        "&date=2017-05-03T06%3A04%3A45Z&from=%2B254791541111"
    ),
    "the other date": (
        "linkId=03090445075804249226&text=Msg&to=21512&id=ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3"
        "&date=2017-05-03%2006%3A04%3A45&from=%2B254791541111"
    ),
    "another sender": "linkId=0309&text=Msg&to=21512&id=ec9a&date=2017-05-03T06%3A04%3A45&from=MTN",
    "no date": "linkId=0309&text=Msg&to=21512&id=ec9a&from=%2B254791541111",
    "no such date": "linkId=0309&text=Msg&to=21512&id=ec9a&date=2017-05-03&from=%2B254791541111",
    "a plus that was not encoded": "text=Msg&to=21512&id=ec9a&from=+254791541111",
    "no text": "to=21512&id=ec9a&from=%2B254791541111",
    "nothing": "",
    "no form at all": "\x00\x01\x02%ff%00%fe binary",
    "fields twice": "id=1&id=2&from=%2B254791541111&from=%2B254791541112&text=a&text=b",
    "NUL and halves of letters": "id=1%00&text=%00%ed%a0%80%ff&from=%2B25479154%001111",
    "a long name": f"{'n' * 7000}=1&text=Msg&from=%2B254791541111",
    "long values": f"id={'1' * 2000}&to={'2' * 2000}&from={'3' * 2000}&text={'m' * 1500}",
}
DELIVERY = {
    "as documented": (
        "id=ATXid_dda018a640edfcc5d2ce455de3e4a6e7&status=Success&phoneNumber=%2B254791541111"
    ),
    "no number": "id=ATXid_dda018a640edfcc5d2ce455de3e4a6e7&status=Success",
    "a status nobody told us of": "id=ATXid_dda018a640edfcc5d2ce455de3e4a6e7&status=Borked",
    "no status": "id=ATXid_dda018a640edfcc5d2ce455de3e4a6e7",
    "no id": "status=Success&phoneNumber=%2B254791541111",
    "a number that is none": "id=ATXid_1&status=Success&phoneNumber=abc",
    "nothing": "",
    "NUL and halves of letters": "id=%00%ed%a0%80&status=%00&phoneNumber=%00%ff",
    "long values": "&".join(
        f"{name}={'9' * 900}"
        for name in ("id", "status", "phoneNumber", "networkCode", "failureReason", "retryCount")
    ),
}
FORM = "application/x-www-form-urlencoded"


def rows(model: type) -> list:
    with reading() as db:
        return list(db.exec(select(model).order_by(model.id)))


@pytest.mark.parametrize("body", INBOUND.values(), ids=INBOUND)
def test_whatever_comes_in_is_kept_and_taken_on(office, body):
    answer = callback(office, "inbound", body, content_type=FORM)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    [kept] = rows(Inbound)
    assert kept.raw
    office.work()
    assert rows(Inbound)[0].handled_at is not None


def test_what_came_is_read(office):
    callback(office, "inbound", INBOUND["as documented"], content_type=FORM)
    [kept] = rows(Inbound)
    assert (kept.gateway, kept.gateway_id) == (
        "africastalking",
        "ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3",
    )
    assert (kept.phone, kept.sent_to, kept.words) == ("+254791541111", "21512", "Msg")
    assert ["linkId", "03090445075804249226"] in json.loads(kept.raw)


def test_a_plus_that_was_not_encoded_is_still_the_number(office):
    callback(office, "inbound", INBOUND["a plus that was not encoded"], content_type=FORM)
    assert rows(Inbound)[0].phone == "+254791541111"


@pytest.mark.parametrize("body", DELIVERY.values(), ids=DELIVERY)
def test_whatever_a_receipt_says_it_is_kept(office, body):
    for _ in range(2):
        assert callback(office, "delivery", body, content_type=FORM).status_code == 200
    assert len(rows(Receipt)) == 1
    office.work()


@pytest.mark.parametrize(
    "status",
    [
        *("Sent", "Submitted", "Buffered", "Rejected", "Success", "Failed", "AbsentSubscriber"),
        *("Expired", "¿Qué?"),
    ],
)
def test_every_status_is_taken_on(office, status):
    fields = {"id": "ATXid_1", "status": status, "phoneNumber": "+254791541111"}
    assert callback(office, "delivery", fields).status_code == 200
    assert rows(Receipt)[0].status == status


def test_a_receipt_leads_to_its_message(connected, africastalking):
    connected.take_ticket("+254700000050")
    connected.work()
    fields = {"id": "ATXid_1", "status": "Success", "phoneNumber": "+254700000050"}
    callback(connected, "delivery", fields)
    connected.work()
    assert rows(Receipt)[0].found == "id"


@pytest.mark.parametrize("fields", [{}, {"phoneNumber": ""}, {"phoneNumber": "abc"}])
def test_an_opt_out_of_nobody_is_taken_on_and_changes_nothing(office, fields):
    assert callback(office, "optout", fields).status_code == 200
    assert rows(Consent) == []


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "1", "from": "+254791541111", "text": "Msg", "to": 21512}',
        '{"id": {"a": [1]}, "from": null, "text": ["Msg"], "to": true}',
        r'{"id": "\ud800", "text": "\u0000", "from": "\udfff"}',
        "{",
        "{" * 3000,
        '{"text": ' + "[" * 3500,
    ],
)
def test_json_is_taken_on_as_well(office, body):
    answer = callback(office, "inbound", body, content_type="application/json")
    assert answer.status_code == 200
    assert len(rows(Inbound)) == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=300), what=st.sampled_from(["inbound", "delivery", "optout"]))
def test_no_bytes_at_all_are_turned_down(office, body, what):
    assert callback(office, what, body, content_type=FORM).status_code == 200


# -- trust ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/sms/africastalking/wrong/inbound",
        "/sms/africastalking/demo2/inbound",
        "/sms/africastalking/demö/inbound",
        "/sms/nobody/demo/inbound",
        "/sms/africastalking/demo/nothing",
        "/sms/africastalking/demo",
        "/sms/console/demo/inbound",
    ],
)
def test_a_wrong_secret_and_an_unknown_provider_look_like_no_page(office, path):
    answer = callback(office, "", INBOUND["as documented"], path=path, content_type=FORM)
    assert answer.status_code == 404
    assert rows(Inbound) == []


def test_while_a_secret_is_changed_both_are_taken(open_office):
    office = open_office(WEBHOOK_SECRETS="new-one,old-one")
    for secret in ("new-one", "old-one"):
        assert callback(office, "inbound", {"id": secret}, secret=secret).status_code == 200
    assert callback(office, "inbound", {"id": "x"}, secret="demo").status_code == 404


def test_strangers_are_kept_out_where_gateways_are_listed(open_office):
    office = open_office(TRUSTED_GATEWAYS="196.201.214.0/24", PROXIES="1")
    theirs = {"X-Forwarded-For": "196.201.214.7"}
    strange = {"X-Forwarded-For": "203.0.113.9"}
    assert callback(office, "inbound", {"id": "1"}, headers=strange).status_code == 404
    assert callback(office, "inbound", {"id": "1"}, headers=theirs).status_code == 200


def test_a_body_that_is_too_large_is_refused(office):
    most = callbacks.MOST_BYTES
    assert callback(office, "inbound", b"t=" + b"x" * most, content_type=FORM).status_code == 413
    assert callback(office, "inbound", b"t=" + b"x" * (most - 2)).status_code == 200
    assert len(rows(Inbound)) == 1


def test_where_there_is_no_database_the_gateway_is_to_try_again(office, tmp_path):
    database.use(Settings(database_url=f"sqlite:///{tmp_path}/nowhere/guichet.db"))
    assert callback(office, "inbound", {"id": "1"}).status_code == 503


def test_nothing_secret_is_logged(office, caplog):
    caplog.set_level(logging.DEBUG)
    callback(
        office, "inbound", "id=1&from=%2B254791541111&text=a+private+matter", content_type=FORM
    )
    callback(office, "optout", {"phoneNumber": "254791541111x"})
    callback(office, "delivery", {"id": "1"}, secret="nearly-demo")
    for secret in ("254791541111", "private", "nearly-demo", "/demo"):
        assert secret not in caplog.text


# -- other gateways -------------------------------------------------------------------------------


class Generic:
    """A gateway with words of its own, as read from its settings."""

    def read_receipt(self, fields):
        return {"gateway_id": fields["ref"], "phone": fields["msisdn"], "status": fields["state"]}

    def read_inbound(self, fields):
        return {"gateway_id": None, "phone": fields["msisdn"], "words": fields["body"]}


@pytest.fixture
def generic(office, monkeypatch):
    def named(name):
        return {"local": Generic()}.get(name)

    monkeypatch.setattr(readers.routes, "named", named, raising=False)
    return office


def test_another_gateway_s_words_are_its_own_affair(generic):
    fields = {"msisdn": "254791541111", "body": "AIDE"}
    assert callback(generic, "inbound", fields, provider="local").status_code == 200
    assert rows(Inbound)[0].phone == "+254791541111"
    fields = {"ref": "7", "state": "DELIVRD", "msisdn": "254791541111"}
    assert callback(generic, "delivery", fields, provider="local").status_code == 200
    assert (rows(Receipt)[0].gateway, rows(Receipt)[0].status) == ("local", "DELIVRD")
    assert callback(generic, "inbound", fields, provider="other").status_code == 404


def test_what_a_reader_can_t_read_is_kept_even_so(generic):
    assert callback(generic, "inbound", {"other": "1"}, provider="local").status_code == 200
    [kept] = rows(Inbound)
    assert (kept.phone, json.loads(kept.raw)) == (None, [["other", "1"]])
