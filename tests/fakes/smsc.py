"""A small SMSC: SMPP 3.4 over TCP, written from the specification (issue 1.2), for tests.

with FakeSmsc() as smsc:
    smsc.port                      # system_id "guichet", password "secret"
    smsc.faults.extend([0x58, "stall", "close"])  # what befalls the next submit_sm, in order
    smsc.taken                     # the submit_sm it took on, as dicts
    smsc.deliver(esm_class=4, …)   # a deliver_sm; returns the status it was answered with
"""

import contextlib
import queue
import socket
import struct
import threading
from collections import deque
from itertools import count

RESPONSE = 0x80000000
BIND, SUBMIT, DELIVER, UNBIND, ENQUIRE, NACK = 0x09, 0x04, 0x05, 0x06, 0x15, 0x80000000
PAYLOAD, RECEIPTED_ID, STATE = 0x0424, 0x001E, 0x0427
WRONG_PASSWORD, NOT_BOUND = 0x0E, 0x04


class FakeSmsc:
    def __init__(self, password: str = "secret") -> None:
        self.password = password
        self.faults: deque = deque()
        self.taken: list[dict] = []
        self.binds: list[dict] = []
        self.enquiries = 0
        self.silent = False  # enquiries are not answered
        self.slices = 0  # answers are written so many octets at a time
        self._ids = count(1)
        self._numbers = count(1)
        self._answers: queue.Queue = queue.Queue()
        self._lines: list[socket.socket] = []
        self.news = threading.Condition()

    def __enter__(self) -> "FakeSmsc":
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # it may be gone already
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()

    def hang_up(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def deliver(self, source: str, to: str, octets: bytes = b"", tlvs: bytes = b"", **more: int):
        """The status that our side answers a `deliver_sm` with."""
        body = _deliver(source, to, octets, tlvs, **more)
        self._send(self._lines[-1], DELIVER, 0, next(self._numbers), body)
        return self._answers.get(timeout=10)

    def wait_for(self, found, seconds: float = 10) -> bool:
        with self.news:
            return self.news.wait_for(found, timeout=seconds)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        bound = False
        with line, line.makefile("rb") as stream:
            while len(head := _read(stream, 16)) == 16:
                length, command, status, number = struct.unpack(">LLLL", head)
                body = _read(stream, length - 16)
                if command == BIND:
                    bound = self._bind(line, number, body)
                elif command == SUBMIT and not bound:
                    self._send(line, SUBMIT | RESPONSE, NOT_BOUND, number, b"\0")
                elif command == SUBMIT:
                    if not self._submit(line, number, _submit(body)):
                        return
                elif command == DELIVER | RESPONSE:
                    self._answers.put(status)
                elif command == ENQUIRE:
                    self._enquired(line, number)
                elif command == UNBIND:
                    return self._send(line, UNBIND | RESPONSE, 0, number, b"")

    def _bind(self, line: socket.socket, number: int, body: bytes) -> bool:
        system_id, password, system_type, rest = body.split(b"\0", 3)
        said = {"id": system_id, "password": password, "type": system_type, "version": rest[0]}
        self.binds.append(said)
        right = password.decode() == self.password
        self._send(line, BIND | RESPONSE, 0 if right else WRONG_PASSWORD, number, b"smsc\0")
        return right

    def _submit(self, line: socket.socket, number: int, message: dict) -> bool:
        """Whether the connection goes on."""
        fault = self.faults.popleft() if self.faults else 0
        if isinstance(fault, int) and fault:
            self._send(line, SUBMIT | RESPONSE, fault, number, b"")
            return True
        self.taken.append(message)
        with self.news:
            self.news.notify_all()
        if fault == "close":
            line.shutdown(socket.SHUT_RDWR)
            return False
        if fault == "rubbish":
            line.sendall(b"\xff" * 64)
        elif fault != "stall":
            message["id"] = f"smsc-{next(self._ids)}"
            self._send(line, SUBMIT | RESPONSE, 0, number, message["id"].encode() + b"\0")
        return True

    def _enquired(self, line: socket.socket, number: int) -> None:
        with self.news:
            self.enquiries += 1
            self.news.notify_all()
        if not self.silent:
            self._send(line, ENQUIRE | RESPONSE, 0, number, b"")

    def _send(self, line: socket.socket, command: int, status: int, number: int, body: bytes):
        octets = struct.pack(">LLLL", 16 + len(body), command, status, number) + body
        step = self.slices or len(octets)
        for start in range(0, len(octets), step):
            line.sendall(octets[start : start + step])


def _read(stream, length: int) -> bytes:
    try:
        return stream.read(length)
    except OSError:
        return b""


def _cut(body: bytes, kinds: str) -> tuple[list, bytes]:
    """Fields of a PDU: `s` ends with a NUL, `b` is one octet, `o` an octet string with its length
    before it."""
    found: list = []
    for kind in kinds:
        if kind == "s":
            text, _, body = body.partition(b"\0")
            found.append(text.decode())
        elif kind == "b":
            found.append(body[0])
            body = body[1:]
        else:
            found.append(body[1 : 1 + body[0]])
            body = body[1 + body[0] :]
    return found, body


def _submit(body: bytes) -> dict:
    names = "service ton npi source dest_ton dest_npi to esm protocol priority schedule validity"
    names += " registered replace coding default octets"
    found, rest = _cut(body, "sbbsbbsbbbssbbbbo")
    message = dict(zip(names.split(), found, strict=True))
    while rest:
        tag, length = struct.unpack(">HH", rest[:4])
        if tag == PAYLOAD:
            message["payload"] = rest[4 : 4 + length]
        rest = rest[4 + length :]
    return message


def _deliver(source: str, to: str, octets: bytes, tlvs: bytes, esm_class=0, data_coding=0):
    parts = [b"\0", b"\1\1", source.encode() + b"\0", b"\1\1", to.encode() + b"\0"]
    parts += [bytes([esm_class]), b"\0\0", b"\0\0", b"\0\0", bytes([data_coding]), b"\0"]
    return b"".join(parts) + bytes([len(octets)]) + octets + tlvs


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value
