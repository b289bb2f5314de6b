"""Africa's Talking: POST /version1/messaging through its own SDK, or /version1/messaging/bulk.

`form` (the default). Request: form `username, to (by commas), message, bulkSMSMode=1[, from]`.
`bulk`, the newer one. Request: JSON `username, message, phoneNumbers[][, senderId]`.
Both with the header `apiKey`, and one reply: 201 and `{"SMSMessageData": {"Message": …,
"Recipients": [{"statusCode": 101, "number": …, "cost": "KES 0.8000", "status": "Success",
"messageId": "ATXid_…"}]}}`. A refusal comes inside the 201, as a recipient's statusCode, or as a
Message with no recipient at all.
(developers.africastalking.com/docs/sms/sending/bulk; the SDK's behaviour seen in version 2.0.3.)

Unsure of `bulk`: its page calls `senderId` required, while senders in the field leave it out; the
sandbox has it "coming soon"; its status on success is not written down, so any 2xx is taken. The
SDK knows that address for hashed numbers only, as a form.

The API knows no idempotency key: what timed out while we waited for the answer may have been sent.
Callbacks are forms: delivery `id, status, phoneNumber, networkCode, failureReason, retryCount`;
incoming `date, from, id, linkId, text, to, cost, networkCode`; opt-out `senderId, phoneNumber`.
"""

import json
import logging
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlencode

from africastalking.Service import DEFAULT_TIMEOUT_S, AfricasTalkingException, validate_phone
from africastalking.SMS import SMSService

from sms.gateways import (
    CODE_LENGTH,
    COST_LENGTH,
    ID_LENGTH,
    REASON_LENGTH,
    Accepted,
    Letter,
    Refused,
    Result,
    Unknown,
    kept,
)
from sms.gateways.callbacks import Inbound, News, raw, text_of
from sms.gateways.calling import Answer, Caller, Lost, Unreached, http_error, what_failed

log = logging.getLogger(__name__)

Shape = Literal["form", "bulk"]

_ACCEPTED: Final = {100, 101, 102}

# statusCode -> reason (sms/retrying.py)
_REFUSALS: Final[dict[int, str]] = {
    401: "risk_hold",
    402: "invalid_sender",
    403: "invalid_number",
    404: "unsupported_number",
    405: "insufficient_balance",
    406: "opted_out",
    407: "could_not_route",
    409: "do_not_disturb",
    500: "gateway_error",
    501: "gateway_error",
    502: "rejected_by_gateway",
}


class _HttpError(AfricasTalkingException):  # type: ignore[misc]
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.status = answer.status


class _Service(SMSService):  # type: ignore[misc]
    """The SDK's SMS service, at an origin of our choice (it has no setting for that), over kept
    connections (it opens one per call), which keeps the status of an HTTP error (it drops it)."""

    def __init__(self, username: str, api_key: str, origin: str | None) -> None:
        self._origin = origin
        super().__init__(username, api_key)
        self._caller = Caller(self._baseUrl)

    def _init_service(self) -> None:
        super()._init_service()
        if self._origin is not None:
            self._baseUrl = self._contentUrl = f"{self._origin}/version1"

    def _make_request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, object],
        params: None = None,
        callback: None = None,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT_S,
    ) -> str:
        """The body of a 2xx answer to a form. Raises _HttpError, Unreached, Lost."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask(method, url, {**headers, **kind}, urlencode(data).encode(), timeout)

    def send_bulk(self, body: str, phones: Sequence[str], sender: str | None) -> str:
        """The newer shape, which the SDK doesn't have. Raises like `_make_request`."""
        fields: dict[str, object] = {
            "username": self._username,
            "message": body,
            "phoneNumbers": list(phones),
        }
        if sender is not None:
            fields["senderId"] = sender
        kind = {"Content-Type": "application/json"}
        return self._ask(
            *("POST", self._make_url("/messaging/bulk"), {**self._headers, **kind}),
            *(json.dumps(fields).encode(), DEFAULT_TIMEOUT_S),
        )

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout: tuple[float, float],
    ) -> str:
        answer = self._caller.call(method, url, headers, body, *timeout)
        if not 200 <= answer.status < 300:
            raise _HttpError(answer)
        return answer.text


class Callbacks:
    """What they post to us (developers.africastalking.com/docs/sms/notifications), forms:

    delivery: id, status, phoneNumber, networkCode, failureReason, retryCount
    inbound:  date (2017-05-03T06:04:45Z or 2017-05-03 06:04:45), from, id, linkId, text, to, cost,
              networkCode
    opt-out:  senderId, phoneNumber

    Any of them may be missing, and come with other values than those that are documented. When an
    SMS was sent is not used: what counts is in which order we have them.
    """

    def read_receipt(self, fields: Mapping[str, object]) -> News:
        return News(
            gateway_id=text_of(fields.get("id")),
            phone=text_of(fields.get("phoneNumber")),
            status=text_of(fields.get("status")) or "",
            reason=text_of(fields.get("failureReason")),
            network=text_of(fields.get("networkCode")),
            raw=raw(fields),
        )

    def read_inbound(self, fields: Mapping[str, object]) -> Inbound:
        return Inbound(
            gateway_id=text_of(fields.get("id")),
            phone=text_of(fields.get("from")),
            sent_to=text_of(fields.get("to")),
            words=text_of(fields.get("text")) or "",
            raw=raw(fields),
        )

    def read_optout(self, fields: Mapping[str, object]) -> str | None:
        """The number that wants nothing more."""
        return text_of(fields.get("phoneNumber"))


class AfricasTalking(Callbacks):
    most = 100

    def __init__(
        self,
        username: str,
        api_key: str,
        origin: str | None = None,
        shape: Shape = "form",
        name: str = "africastalking",
    ) -> None:
        self.name = name
        self._service = _Service(username, api_key, origin)
        self._shape = shape

    def send(self, letter: Letter) -> list[Result]:
        valid = [phone for phone in letter.addresses if validate_phone(phone)]
        results = iter(self._results(letter, valid) if valid else ())
        return [
            next(results) if validate_phone(phone) else Refused("invalid_number", phase="begun")
            for phone in letter.addresses
        ]

    def _results(self, letter: Letter, phones: list[str]) -> list[Result]:
        try:
            if self._shape == "bulk":
                reply = self._service.send_bulk(letter.body, phones, letter.sender)
            else:
                reply = self._service.send(letter.body, phones, sender_id=letter.sender)
        except (Unreached, Lost) as problem:
            return [what_failed(problem)] * len(phones)
        except _HttpError as problem:
            log.warning("%s answers with HTTP %s: %.200s", self.name, problem.status, problem)
            return [http_error(problem.status)] * len(phones)
        return read_reply(reply, phones)


def read_reply(reply: str, phones: Sequence[str]) -> list[Result]:
    """What the reply's body says of each number. What we can't read leaves us uncertain."""
    try:
        about = json.loads(reply)["SMSMessageData"]
        recipients: list[dict[str, Any]] = list(about["Recipients"])
        if not recipients:
            said = kept(about.get("Message"), REASON_LENGTH) or "refused"
            reason = "invalid_sender" if said == "InvalidSenderId" else said
            return [Refused(reason)] * len(phones)
        of: dict[str, deque[dict[str, Any]]] = defaultdict(deque)
        for entry in recipients:
            of[entry["number"]].append(entry)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [Unknown("unreadable_reply", phase="answered")] * len(phones)
    return [_read(of[phone].popleft() if of[phone] else {}) for phone in phones]


def _read(entry: dict[str, Any]) -> Result:
    try:
        code = int(entry["statusCode"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return Unknown("unreadable_reply", phase="answered")
    if code in _ACCEPTED:
        message_id, cost = entry.get("messageId"), entry.get("cost")
        return Accepted(kept(message_id, ID_LENGTH), kept(cost, COST_LENGTH), str(code))
    reason = _REFUSALS.get(code, f"status_{code}"[:REASON_LENGTH])
    return Refused(reason, str(code)[:CODE_LENGTH])
