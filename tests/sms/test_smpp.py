"""SMPP: what an SMSC is told, and what is made of what it says; a real one on this machine."""

import json
import threading
import time

import pytest

from gsm.octets import decoded, encoded
from sms.gateways import Accepted, Letter, Refused, Unknown, smpp
from sms.gateways.smpp import Smpp, Smsc
from tests.fakes.smsc import RECEIPTED_ID, STATE, FakeSmsc, tlv

PHONE = "+221770000050"
NOBODY = Refused("no_connection", None, "begun")


@pytest.fixture
def smsc():
    with FakeSmsc() as smsc:
        yield smsc


@pytest.fixture
def told():
    return []


@pytest.fixture
def gateway(smsc, told):
    """`gateway(…)`: a gateway to the SMSC; closed at the end."""
    made = []

    def make(password: str = "secret", **more: object) -> Smpp:
        at = Smsc("127.0.0.1", smsc.port, "guichet", password, **more)
        made.append(Smpp("sonatel", at, told.append, told.append))
        return made[-1]

    yield make
    for one in made:
        one.close()


def say(gateway, body="Ticket A001, é", sender="GUICHET", phone=PHONE):
    [result] = gateway.send(Letter(body, [phone], ["ticket:1:taken"], sender))
    return result


def test_a_message_is_given_over(gateway, smsc):
    assert say(gateway(system_type="ussd")) == Accepted("smsc-1", None, "0x00000000")
    [bound] = smsc.binds
    assert bound == {"id": b"guichet", "password": b"secret", "type": b"ussd", "version": 0x34}
    [message] = smsc.taken
    assert decoded(message["octets"]) == "Ticket A001, é"
    shown = ("source", "ton", "npi", "to", "dest_ton", "dest_npi", "coding", "esm", "registered")
    assert [message[name] for name in shown] == [
        *("GUICHET", 5, 0),
        *("221770000050", 1, 1),
        *(0, 0, 1),
    ]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [("38450", (3, 0)), ("+221338000000", (1, 1)), ("Mairie", (5, 0)), (None, (0, 0))],
)
def test_the_sender_s_kind_is_told(gateway, smsc, sender, expected):
    say(gateway(), sender=sender)
    assert (smsc.taken[0]["ton"], smsc.taken[0]["npi"]) == expected


def test_what_does_not_fit_the_alphabet_is_ucs_2(gateway, smsc):
    say(gateway(), body="Saŋ 😀")
    assert smsc.taken[0]["coding"] == 8
    assert smsc.taken[0]["octets"].decode("utf-16-be") == "Saŋ 😀"


@pytest.mark.parametrize(
    ("body", "read", "lengths"),
    [
        ("a" * 152 + "{" + "b" * 152, decoded, [152, 153, 1]),
        ("ŋ" * 66 + "😀xxx", lambda octets: octets.decode("utf-16-be"), [132, 10]),
    ],
    ids=["GSM-7", "UCS-2"],
)
def test_a_long_text_is_cut_with_headers_and_no_pair_is_torn(gateway, smsc, body, read, lengths):
    assert say(gateway(), body) == Accepted(f"smsc-{len(lengths)}", None, "0x00000000")
    headers = [message["octets"][:6] for message in smsc.taken]
    texts = [message["octets"][6:] for message in smsc.taken]
    assert "".join(map(read, texts)) == body
    assert [len(text) for text in texts] == lengths
    assert len({header[3] for header in headers}) == 1
    assert [(*header[:3], *header[4:]) for header in headers] == [
        (5, 0, 3, len(lengths), number) for number in range(1, len(lengths) + 1)
    ]
    assert [message["esm"] for message in smsc.taken] == [0x40] * len(lengths)
    assert [message["registered"] for message in smsc.taken] == [0] * (len(lengths) - 1) + [1]


def test_a_long_text_may_go_as_payload(gateway, smsc):
    body = "é" * 400
    assert isinstance(say(gateway(long="payload"), body), Accepted)
    [message] = smsc.taken
    assert (message["octets"], message["esm"]) == (b"", 0)
    assert decoded(message["payload"]) == body


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (0x08, "gateway_error"),
        (0x0A, "invalid_sender"),
        (0x0B, "invalid_number"),
        (0x14, "too_fast"),
        (0x58, "too_fast"),
        (0x401, "smpp_00000401"),
    ],
)
def test_a_status_is_a_reason(gateway, smsc, status, reason):
    smsc.faults.append(status)
    ours = gateway()
    assert say(ours) == Refused(reason, f"0x{status:08x}")
    assert isinstance(say(ours), Accepted)
    assert len(smsc.binds) == 1


def test_a_later_part_that_is_refused_is_a_doubt(gateway, smsc):
    smsc.faults.extend([0, 0x58])
    assert say(gateway(), "a" * 200) == Unknown("in_part", "0x00000058")
    assert len(smsc.taken) == 1


def test_a_wrong_password_sends_nothing(gateway, smsc):
    assert say(gateway("wrong")) == Refused("wrong_credentials", "0x0000000e", "begun")
    assert smsc.taken == []


def test_nobody_there_sends_nothing_and_threads_do_not_queue_for_it(smsc, gateway):
    ours = gateway()
    smsc.__exit__()
    results = together(ours, 8)
    assert results == [NOBODY] * 8


def test_a_connection_that_breaks_is_a_doubt_and_a_new_one_is_made(gateway, smsc):
    smsc.faults.append("close")
    ours = gateway()
    assert say(ours) == Unknown("connection_lost")
    assert isinstance(say(ours), Accepted)
    assert (len(smsc.binds), len(smsc.taken)) == (2, 2)


def test_rubbish_ends_the_connection(gateway, smsc):
    smsc.faults.append("rubbish")
    ours = gateway()
    assert say(ours) == Unknown("connection_lost")
    assert isinstance(say(ours), Accepted)


def test_an_answer_that_does_not_come_is_a_doubt(gateway, smsc, monkeypatch):
    ours = gateway()
    say(ours)
    monkeypatch.setattr(smpp, "ANSWER_SECONDS", 0.2)
    smsc.faults.append("stall")
    assert say(ours) == Unknown("no_answer")


def test_answers_that_come_in_pieces_are_read(gateway, smsc):
    smsc.slices = 3
    assert isinstance(say(gateway()), Accepted)


def together(gateway, threads: int) -> list:
    results: list = []
    at_work = [
        threading.Thread(target=lambda: results.append(say(gateway))) for _ in range(threads)
    ]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    return results


def test_threads_share_one_connection(gateway, smsc):
    results = together(gateway(), 16)
    assert {result.id for result in results} == {f"smsc-{number}" for number in range(1, 17)}
    assert len(smsc.binds) == 1


def test_a_silent_connection_is_asked_whether_it_lives(gateway, smsc):
    ours = gateway(enquire_seconds=0.05)
    say(ours)
    assert smsc.wait_for(lambda: smsc.enquiries >= 3)
    assert ours._session.alive
    smsc.silent = True
    deadline = time.monotonic() + 10
    while ours._session.alive:
        assert time.monotonic() < deadline
        smsc.wait_for(lambda: False, 0.02)
    assert isinstance(say(ours), Accepted)
    assert len(smsc.binds) == 2


# -- what comes -----------------------------------------------------------------------------------

TEXT = "id:{id} sub:001 dlvrd:001 submit date:2611240930 done date:2611240931 stat:{stat} err:{err}"


@pytest.mark.parametrize(
    ("stat", "err", "status", "reason"),
    [
        ("DELIVRD", "000", "delivered", None),
        ("UNDELIV", "011", "failed", "err 011"),
        ("EXPIRED", "000", "expired", None),
        ("ACCEPTD", "000", "submitted", None),
        ("ODD", "000", "ODD", None),
    ],
)
def test_a_receipt_s_text_is_read(gateway, smsc, told, stat, err, status, reason):
    gateway().bind()
    text = TEXT.format(id="smsc-1", stat=stat, err=err) + " text:Ticket"
    assert smsc.deliver("221770000050", "GUICHET", encoded(text), esm_class=4) == 0
    [news] = told
    assert json.loads(news.pop("raw"))["text"] == text
    assert news == {
        "gateway_id": "smsc-1",
        "phone": PHONE,
        "status": status,
        "reason": reason,
        "network": None,
    }


def test_a_receipt_s_fields_go_before_its_text(gateway, smsc, told):
    gateway().bind()
    tlvs = tlv(RECEIPTED_ID, b"smsc-9\0") + tlv(STATE, b"\2")
    text = TEXT.format(id="123", stat="UNDELIV", err="000")
    smsc.deliver("221770000050", "GUICHET", encoded(text), tlvs, esm_class=4)
    assert (told[0]["gateway_id"], told[0]["status"]) == ("smsc-9", "delivered")


@pytest.mark.parametrize(
    ("octets", "coding", "esm"),
    [
        (encoded("STOP é{"), 0, 0),
        ("STOP é{".encode("latin-1"), 3, 0),
        ("STOP é{".encode("utf-16-be"), 8, 0),
        (bytes([5, 0, 3, 7, 2, 1]) + encoded("STOP é{"), 0, 0x40),
    ],
)
def test_a_citizen_s_sms_is_read(gateway, smsc, told, octets, coding, esm):
    gateway().bind()
    assert smsc.deliver("221770000050", "38450", octets, data_coding=coding, esm_class=esm) == 0
    assert (told[0]["phone"], told[0]["sent_to"], told[0]["words"]) == (PHONE, "38450", "STOP é{")


def test_what_cannot_be_stored_is_to_be_delivered_again(smsc):
    def full(_: object) -> None:
        raise OSError("no room")

    ours = Smpp("sonatel", Smsc("127.0.0.1", smsc.port, "guichet", "secret"), full, full)
    ours.bind()
    assert smsc.deliver("221770000050", "38450", b"STOP") == 0x64
    assert isinstance(say(ours), Accepted)  # and the connection lives
    ours.close()


def test_the_password_is_in_no_text_of_ours():
    assert "s3cret" not in repr(Smsc("a.example", 2775, "guichet", "s3cret"))
