"""SMPP 3.4: an operator's own SMSC, over one bound connection that threads share.

Wire: PDUs of python-smpplib. `bind_transceiver`; a `submit_sm` per part, its text in the GSM
alphabet (data_coding 0, an octet per septet) or UCS-2 (8), long ones cut with a concatenation
header (UDH; 3GPP TS 23.040, 9.2.3.24.1) or given whole as `message_payload`; `enquire_link` while
nothing else is said. `deliver_sm` brings receipts and citizens' SMS; it is confirmed only once it
is stored, so that the SMSC says it again otherwise.

A receipt is asked of a message's last part, under whose id the message is known. Parts go one after
the other: when a later one is refused, some may have left, so that is a doubt.

Unsure, since SMSCs differ: some write the id in `submit_sm_resp` in hexadecimal and in receipts in
decimal (`id:` of the text is taken as it is; the TLV `receipted_message_id` goes first); citizens'
SMS of several parts come as so many. (SMPP 3.4, issue 1.2; receipts: its appendix B.)
"""

import logging
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal

from smpplib import smpp

from gsm.alphabet import fits_gsm7
from gsm.octets import decoded, encoded
from gsm.segments import parts
from sms.gateways import ID_LENGTH, Accepted, Letter, Refused, Result, Unknown, kept
from sms.gateways.callbacks import Inbound, News, raw

log = logging.getLogger(__name__)

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 6.0
REST_SECONDS = 2.0  # after a connection that failed
TICK_SECONDS = 5.0  # how often a silent connection is looked at; longest wait for a write
PATIENCE = 15.0  # seconds for all parts: the lease on a message is short
_MOST_BYTES = 70_000  # of a PDU; a longer one is none
_UDH, _RECEIPT = 0x40, 0x04  # bits of esm_class
_GSM, _ASCII, _LATIN1, _UCS2 = 0, 1, 3, 8  # data_coding
_RETRY_LATER = 0x64  # ESME_RX_T_APPN: deliver it again

# command_status -> reason (sms/retrying.py)
_REFUSALS: Final = {
    0x08: "gateway_error",  # ESME_RSYSERR
    0x0A: "invalid_sender",  # ESME_RINVSRCADR
    0x0B: "invalid_number",  # ESME_RINVDSTADR
    0x0D: "wrong_credentials",  # ESME_RBINDFAIL
    0x0E: "wrong_credentials",  # ESME_RINVPASWD
    0x0F: "wrong_credentials",  # ESME_RINVSYSID
    0x14: "too_fast",  # ESME_RMSGQFUL
    0x45: "gateway_error",  # ESME_RSUBMITFAIL
    0x48: "invalid_sender",  # ESME_RINVSRCTON
    0x49: "invalid_sender",  # ESME_RINVSRCNPI
    0x58: "too_fast",  # ESME_RTHROTTLED
    0x64: "gateway_error",  # ESME_RX_T_APPN
    0x65: "rejected_by_gateway",  # ESME_RX_P_APPN
    0x66: "rejected_by_gateway",  # ESME_RX_R_APPN
}
# `stat:` of a receipt (appendix B) -> what sms.receipts knows; others are kept as they are.
_STATES: Final = {
    "ENROUTE": "submitted",
    "ACCEPTD": "submitted",
    "DELIVRD": "delivered",
    "EXPIRED": "expired",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "REJECTD": "rejected",
}
# The TLV message_state (5.2.28), in the same words.
_NUMBERED: Final = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}


@dataclass(frozen=True, slots=True)
class Smsc:
    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: bool = False
    long: Literal["udh", "payload"] = "udh"
    enquire_seconds: float = 30.0


class _Down(Exception):
    """The connection is gone; what was written may have come through."""


class _NotSent(_Down):
    """It was gone before anything was written."""


class _Unnumbered:
    """What smpplib takes sequence numbers from; ours are given to each PDU."""

    sequence = 0

    def next_sequence(self) -> int:
        return 0


_CLIENT: Final = _Unnumbered()


class Smpp:
    most = 1

    def __init__(
        self,
        name: str,
        smsc: Smsc,
        on_receipt: Callable[[News], None],
        on_inbound: Callable[[Inbound], None],
    ) -> None:
        self.name, self._smsc = name, smsc
        self._told = on_receipt, on_inbound
        self._binding = threading.Lock()
        self._session: _Session | None = None
        self._failed: tuple[float, Refused] | None = None
        self._references = count(1)

    def bind(self) -> Refused | None:
        """Sees to it that there is a bound connection; returns why there is none. Who waited while
        another thread failed hears the same, instead of trying in turn."""
        with self._binding:
            if self._session is not None and self._session.alive:
                return None
            if self._failed is not None and time.monotonic() - self._failed[0] < REST_SECONDS:
                return self._failed[1]
            self._failed = self._session = None
            session, refused = self._bound()
            if refused is not None:
                self._failed = time.monotonic(), refused
            self._session = session
            return refused

    def _bound(self) -> "tuple[_Session | None, Refused | None]":
        try:
            session = _Session(self.name, self._smsc, *self._told)
        except OSError:
            return None, Refused("no_connection", phase="begun")
        try:
            status = session.bind()
        except (TookTooLong, _Down):
            session.close()
            return None, Refused("no_connection", phase="begun")
        if status:
            session.close()
            reason = _REFUSALS.get(status, "gateway_error")
            return None, Refused(reason, f"0x{status:08x}", "begun")
        return session, None

    def close(self) -> None:
        with self._binding:
            if self._session is not None:
                self._session.unbind()
                self._session = None

    def send(self, letter: Letter) -> list[Result]:
        return [self._send(letter, address) for address in letter.addresses]

    def _send(self, letter: Letter, address: str) -> Result:
        refused = self.bind()
        session = self._session
        if refused is not None or session is None:
            return refused or Refused("no_connection", phase="begun")
        until = time.monotonic() + PATIENCE
        result: Result = Refused("refused")
        for number, fields in enumerate(self._parts(letter, address)):
            if time.monotonic() > until:
                return Unknown("in_part")
            result = session.submit(fields)
            if not isinstance(result, Accepted):
                return Unknown("in_part", result.code) if number else result
        return result

    def _parts(self, letter: Letter, address: str) -> list[dict[str, Any]]:
        """The fields of each `submit_sm`."""
        coding, encode = (_GSM, encoded) if fits_gsm7(letter.body) else (_UCS2, _utf16)
        ton, npi = _kind_of(letter.sender or "")
        common = {
            "source_addr_ton": ton,
            "source_addr_npi": npi,
            "source_addr": letter.sender or "",
            "dest_addr_ton": 1,
            "dest_addr_npi": 1,
            "destination_addr": address.lstrip("+"),
            "data_coding": coding,
        }
        texts = parts(letter.body)
        if len(texts) == 1:
            return [{**common, "registered_delivery": 1, "short_message": encode(texts[0])}]
        if self._smsc.long == "payload":
            return [{**common, "registered_delivery": 1, "message_payload": encode(letter.body)}]
        reference = next(self._references) % 256
        return [
            {
                **common,
                "esm_class": _UDH,
                "registered_delivery": int(number == len(texts)),
                "short_message": bytes([5, 0, 3, reference, len(texts), number]) + encode(text),
            }
            for number, text in enumerate(texts, start=1)
        ]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def _kind_of(sender: str) -> tuple[int, int]:
    """Type of number and numbering plan: a name, a short code, or an international number."""
    digits = sender.lstrip("+")
    if not digits.isdecimal():
        return (5, 0) if sender else (0, 0)
    return (1, 1) if len(digits) > 8 else (3, 0)


class _Session:
    """One connection, from bind to its end; a thread of its own reads what comes."""

    def __init__(
        self,
        name: str,
        smsc: Smsc,
        on_receipt: Callable[[News], None],
        on_inbound: Callable[[Inbound], None],
    ) -> None:
        self._name, self._smsc = name, smsc
        self._on_receipt, self._on_inbound = on_receipt, on_inbound
        self._socket = socket.create_connection((smsc.host, smsc.port), CONNECT_SECONDS)
        if smsc.tls:
            trust = ssl.create_default_context()
            self._socket = trust.wrap_socket(self._socket, server_hostname=smsc.host)
        self._socket.settimeout(min(TICK_SECONDS, smsc.enquire_seconds))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writing = threading.Lock()
        self._numbers = count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._heard, self._unanswered = time.monotonic(), 0  # the second: enquiries in a row
        self.alive = True
        self._reader = threading.Thread(target=self._read, name=f"smpp-{name}", daemon=True)
        self._reader.start()

    # -- what we ask ------------------------------------------------------------------------------

    def bind(self) -> int:
        """The status of the answer. Raises _Down."""
        answer = self._ask(
            "bind_transceiver",
            system_id=self._smsc.system_id,
            password=self._smsc.password,
            system_type=self._smsc.system_type,
            interface_version=0x34,
        )
        return int(answer.status)

    def submit(self, fields: dict[str, Any]) -> Result:
        try:
            answer = self._ask("submit_sm", **fields)
        except TookTooLong:
            return Unknown("no_answer")
        except _NotSent:
            return Refused("no_connection", phase="begun")
        except _Down:
            return Unknown("connection_lost")
        if answer.status:
            reason = _REFUSALS.get(answer.status, f"smpp_{answer.status:08x}")
            return Refused(reason, f"0x{answer.status:08x}")
        return Accepted(kept(_text(answer.message_id), ID_LENGTH) or None, code="0x00000000")

    def unbind(self) -> None:
        try:
            self._ask("unbind")
        except (TookTooLong, _Down):
            log.info("%s: went without a farewell", self._name)
        self.close()
        self._reader.join(ANSWER_SECONDS)

    def close(self) -> None:
        """Whoever waits for an answer is told that none will come."""
        self.alive = False
        with suppress(OSError):  # the other side was quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        for future in list(self._waiting.values()):
            with suppress(InvalidStateError):  # its answer was
                future.set_exception(_Down())

    def _ask(self, command: str, **fields: Any) -> Any:
        number = next(self._numbers)
        answer: Future[Any] = Future()
        self._waiting[number] = answer
        try:
            if not self.alive:
                raise _NotSent
            self._write(command, number, **fields)
            return answer.result(ANSWER_SECONDS)
        finally:
            del self._waiting[number]

    def _write(self, command: str, number: int, **fields: Any) -> None:
        pdu = smpp.make_pdu(command, client=_CLIENT, sequence=number, **fields)
        pdu.sequence = number
        try:
            with self._writing:
                self._socket.sendall(pdu.generate())
        except OSError:
            self.close()
            raise _Down from None

    # -- what comes -------------------------------------------------------------------------------

    def _read(self) -> None:
        came = b""
        try:
            while self.alive:
                try:
                    data = self._socket.recv(65536)
                except TimeoutError:
                    self._enquire()
                    continue
                if not data:
                    return
                came = self._take(came + data)
        except (OSError, _Down, ValueError, struct.error):
            log.info("%s: the connection to the SMSC is over", self._name)
        finally:
            self.close()
            self._socket.close()

    def _enquire(self) -> None:
        silent = time.monotonic() - self._heard
        if silent < self._smsc.enquire_seconds * (self._unanswered + 1):
            return
        self._unanswered += 1
        if self._unanswered > 2:
            raise _Down
        self._write("enquire_link", next(self._numbers))

    def _take(self, came: bytes) -> bytes:
        """Acts on every whole PDU; returns what is left."""
        while len(came) >= 16:
            (length,) = struct.unpack(">L", came[:4])
            if not 16 <= length <= _MOST_BYTES:
                raise ValueError("no PDU")
            if len(came) < length:
                break
            self._act(came[:length])
            came = came[length:]
        return came

    def _act(self, octets: bytes) -> None:
        self._heard, self._unanswered = time.monotonic(), 0
        status, number = struct.unpack(">LL", octets[8:16])
        try:
            pdu = smpp.parse_pdu(octets, client=_CLIENT, allow_unknown_opt_params=True)
        except Exception as problem:  # smpplib's own, of many kinds
            log.warning("%s: a PDU can't be read: %s", self._name, type(problem).__name__)
            return self._write("generic_nack", number, status=0x03)
        if pdu.is_response() or pdu.command == "generic_nack":
            pdu.status = status
            waiting = self._waiting.get(number)
            if waiting is not None:
                with suppress(InvalidStateError):  # the connection was given up meanwhile
                    waiting.set_result(pdu)
        elif pdu.command == "enquire_link":
            self._write("enquire_link_resp", number)
        elif pdu.command == "deliver_sm":
            self._write("deliver_sm_resp", number, status=self._deliver(pdu))
        elif pdu.command == "unbind":
            self._write("unbind_resp", number)
            raise _Down

    def _deliver(self, pdu: Any) -> int:
        """The status to answer with."""
        try:
            if (pdu.esm_class or 0) & _RECEIPT:
                self._on_receipt(read_receipt(pdu))
            else:
                self._on_inbound(read_inbound(pdu))
        except Exception:
            log.exception("%s: what the SMSC delivers can't be stored now", self._name)
            return _RETRY_LATER
        return 0


_FIELD = re.compile(r"(id|stat|err):\s*(\S+)", re.I)


def read_receipt(pdu: Any) -> News:
    """Of a `deliver_sm`: TLVs where they are given, else the text of appendix B."""
    text = _body(pdu)
    said = {name.lower(): value for name, value in _FIELD.findall(text)}
    state = _NUMBERED.get(pdu.message_state or 0) or str(said.get("stat", "")).upper()
    gateway_id = _text(pdu.receipted_message_id) or said.get("id")
    fields = {"id": gateway_id, "from": _text(pdu.source_addr), "state": state, "text": text}
    error = said.get("err", "").strip("0")
    return News(
        gateway_id=gateway_id,
        phone=_number(pdu.source_addr),
        status=_STATES.get(state, state),
        reason=f"err {said['err']}" if error else None,
        network=None,
        raw=raw(fields),
    )


def read_inbound(pdu: Any) -> Inbound:
    text = _body(pdu)
    phone, to = _number(pdu.source_addr), _text(pdu.destination_addr)
    return Inbound(
        gateway_id=None,
        phone=phone,
        sent_to=to,
        words=text,
        raw=raw({"from": phone, "to": to, "text": text}),
    )


def _body(pdu: Any) -> str:
    octets = pdu.short_message or pdu.message_payload or b""
    if (pdu.esm_class or 0) & _UDH and octets:
        octets = octets[octets[0] + 1 :]
    coding = pdu.data_coding or 0
    if coding == _UCS2:
        return str(octets.decode("utf-16-be", "replace"))
    if coding in (_ASCII, _LATIN1):
        return str(octets.decode("latin-1"))
    return decoded(octets)


def _text(value: bytes | str | None) -> str | None:
    """smpplib gives what it parses as bytes."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return (value or "").rstrip("\0") or None


def _number(value: bytes | str | None) -> str | None:
    digits = _text(value)
    return f"+{digits}" if digits and digits.isdecimal() and len(digits) > 8 else digits
