"""A citizen who writes SMS to the office, and what comes back to that phone."""

import re
from dataclasses import dataclass, field
from itertools import count

from tests.conftest import CODE, Office
from tests.fakes.africastalking import FakeAfricasTalking

_ids = count(1)


@dataclass
class Citizen:
    """`writes(text)`: the replies to it, once the worker has done its work."""

    office: Office
    gateway: FakeAfricasTalking
    number: str = "+254700000050"
    seen: int = field(default=0)

    def __post_init__(self) -> None:
        self.seen = len(self.gateway.sent)

    def sends(self, text: str, **more: str) -> None:
        """Reaches the office, and nothing is done yet."""
        fields = {
            "date": "2017-05-03T06:04:45Z",
            "from": self.number,
            "id": f"in-{next(_ids)}",
            "linkId": "03090445075804249226",
            "text": text,
            "to": "21512",
            **more,
        }
        assert callback(self.office, "inbound", fields).status_code == 200

    def hears(self) -> list[str]:
        """What came to this phone since it was looked at last."""
        self.office.work()
        new, self.seen = self.gateway.sent[self.seen :], len(self.gateway.sent)
        return [form["message"] for form in new if self.number in form["to"].split(",")]

    def writes(self, text: str, **more: str) -> list[str]:
        self.sends(text, **more)
        return self.hears()

    def takes_ticket(self) -> str:
        """The label of a ticket taken by USSD; its SMS is not counted as heard."""
        screen = self.office.take_ticket(self.number)
        self.hears()
        found = re.search(r"\b[A-Z]\d{3}\b", screen)
        assert found, screen
        return found[0]


def callback(office: Office, what: str, fields: object, provider: str = "africastalking", **more):
    path = more.pop("path", f"/sms/{provider}/{more.pop('secret', 'demo')}/{what}")
    return office.app.test_client().post(path, data=fields, **more)


__all__ = ["CODE", "Citizen", "callback"]
