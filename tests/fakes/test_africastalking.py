"""The fake gateway's callbacks come when a plan says."""

import urllib.parse

import pytest

from sms.gateways import Accepted, Letter
from sms.gateways.africastalking import AfricasTalking
from tests.fakes.africastalking import EARLY, FAILED, LATE, NEVER, ON_TIME, TWICE
from tests.fakes.lean_http import LeanServer, Reply

PHONES = [f"+22177000000{number}" for number in range(1, 7)]


@pytest.fixture
def told(africastalking):
    """What our callback is told, in order; the fake knows its address."""
    came = []

    def take(request):
        came.append(dict(urllib.parse.parse_qsl(request.body.decode())))
        return Reply(200)

    server = LeanServer(take)
    server.start()
    africastalking.callback = f"{server.url}/delivery"
    yield came
    server.stop()


@pytest.fixture
def gateway(africastalking):
    return AfricasTalking("sandbox", africastalking.api_key, africastalking.url)


def test_receipts_come_as_planned(gateway, africastalking, told):
    africastalking.plan = [ON_TIME, TWICE, NEVER, FAILED, LATE]
    results = gateway.send(Letter("x", PHONES, PHONES))
    africastalking.wait_for_answers(5, 10)  # the sixth is on time, for the plan is over
    ids = {phone: result.id for phone, result in zip(PHONES, results, strict=True)}
    assert sorted(news["phoneNumber"] for news in told) == sorted(
        [PHONES[0], PHONES[1], PHONES[1], PHONES[3], PHONES[5]]
    )
    assert all(news["id"] == ids[news["phoneNumber"]] for news in told)
    [failed] = [news for news in told if news["status"] == "Failed"]
    assert (failed["phoneNumber"], failed["failureReason"]) == (PHONES[3], "AbsentSubscriber")
    africastalking.hurry()
    assert africastalking.wait_for_answers(6, 10) == [200] * 6
    assert told[-1]["phoneNumber"] == PHONES[4]


def test_an_early_receipt_comes_before_the_reply(gateway, africastalking, told):
    africastalking.plan = [EARLY, EARLY]
    results = gateway.send(Letter("x", PHONES[:2], PHONES[:2]))
    assert len(told) == 2  # both, by the time we know of it
    assert all(isinstance(result, Accepted) for result in results)


def test_incoming_sms_and_opting_out(africastalking, told):
    url = africastalking.callback
    africastalking.incoming(url, PHONES[0], "STOP é")
    africastalking.opt_out(url, PHONES[1])
    assert africastalking.wait_for_answers(2, 10) == [200, 200]
    incoming, out = sorted(told, key=len, reverse=True)
    assert (incoming["from"], incoming["text"], incoming["to"]) == (PHONES[0], "STOP é", "38450")
    assert out == {"senderId": "GUICHET", "phoneNumber": PHONES[1]}
