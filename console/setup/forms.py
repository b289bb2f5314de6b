"""The forms of an office's parts. Each is filled from the part as a file has it, and says it so
again; what is wrong is found by the same checks, and put beside its field."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, cast

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField, StringField

from citizens import phones
from console.forms import Form, choices
from console.setup import words
from locales.catalogues import NAMES
from queues.setup import parts
from queues.setup.files import Fault
from queues.setup.parts import Part, Plain
from queues.setup.shape import CLOSED
from settings import current

_Sent = MultiDict[str, Any] | None


class PartForm(Protocol):
    """A form of one part of an office."""

    errors: Mapping[str, Any]

    def value(self) -> Plain: ...


class Facts(Form):
    code = StringField()  # of a new office only
    name = StringField()
    address = StringField()
    phone = StringField()
    agency = SelectField()
    zone = StringField()
    country = StringField()
    languages = SelectMultipleField(choices=choices(NAMES))
    grace_minutes = StringField()
    late_places = StringField()

    def __init__(self, sent: _Sent, of: Plain, office: Plain, agencies: Iterable[Plain]) -> None:
        super().__init__(
            sent, data={"grace_minutes": 30, "late_places": 3, "languages": ["fr"], **of}
        )
        names = {one["code"]: one["name"] for one in agencies}
        self.agency.choices = choices({"": "–", **names})

    def value(self) -> Plain:
        given = _given(self, but=("code", "phone"))
        written = (self.phone.data or "").strip()
        return {**given, **({"phone": _phone(written)} if written else {})}


class Hours(Form):
    mon, tue, wed = StringField(), StringField(), StringField()
    thu, fri, sat, sun = StringField(), StringField(), StringField(), StringField()

    def __init__(self, sent: _Sent, of: Plain, office: Plain, agencies: Iterable[Plain]) -> None:
        super().__init__(sent, data=parts.by_day(of))

    def value(self) -> Plain:
        return _given(self)


class Service(Form):
    prefix = StringField()
    name = StringField()
    minutes = StringField()
    documents = StringField()
    quota = StringField()
    head_start = StringField()
    slots_places = StringField()
    slots_every = StringField()
    slots_days = StringField()

    def __init__(self, sent: _Sent, of: Plain, office: Plain, agencies: Iterable[Plain]) -> None:
        slots = {f"slots_{name}": value for name, value in of.get("slots", {}).items()}
        usual = {"minutes": 10, "head_start": 30, "slots_every": 30, "slots_days": 14}
        super().__init__(sent, data={**usual, **of, **slots})

    def value(self) -> Plain:
        given = _given(self)
        slots = {name[6:]: value for name, value in given.items() if name.startswith("slots_")}
        of_service = {name: value for name, value in given.items() if name[:6] != "slots_"}
        wants = slots.get("places", "0") != "0"
        return {**of_service, "slots": slots} if wants else of_service


class Counter(Form):
    number = StringField()
    services = SelectMultipleField()
    roster_mon, roster_tue, roster_wed = StringField(), StringField(), StringField()
    roster_thu, roster_fri = StringField(), StringField()
    roster_sat, roster_sun = StringField(), StringField()

    def __init__(self, sent: _Sent, of: Plain, office: Plain, agencies: Iterable[Plain]) -> None:
        offered = {one["prefix"]: f"{one['prefix']} · {one['name']}" for one in _services(office)}
        roster = {f"roster_{day}": hours for day, hours in _roster(of).items()}
        super().__init__(sent, data={"services": list(offered), **_without_none(of), **roster})
        self.services.choices = choices(offered)
        self._all = list(offered)

    def value(self) -> Plain:
        """A counter of all services stays one as others are added."""
        given = _given(self)
        roster = {name[7:]: hours for name, hours in given.items() if name.startswith("roster_")}
        served = self.services.data or []
        some = {} if served == self._all else {"services": served}
        number = {"number": given["number"]} if "number" in given else {}
        return {**number, **some, **({"roster": roster} if roster else {})}


class Day(Form):
    day = StringField()
    hours = StringField()
    reason = StringField()

    def __init__(self, sent: _Sent, of: Plain, office: Plain, agencies: Iterable[Plain]) -> None:
        hours = "" if of.get("hours") == CLOSED else of.get("hours")
        super().__init__(sent, data={**of, "hours": hours})

    def value(self) -> Plain:
        return {"hours": CLOSED, **_given(self)}


FORMS: Final = {
    "facts": Facts,
    "hours": Hours,
    "services": Service,
    "counters": Counter,
    "special_days": Day,
}


def show_faults(form: Form, office: Plain, part: Part, faults: Iterable[Fault]) -> list[str]:
    """Puts each beside its field; what belongs to none is given back."""
    elsewhere = []
    for fault in faults:
        inside = parts.within(office, part, fault.path[2:])
        name = "_".join(inside or ())
        if name in form:
            form[name].errors = [words.fault(fault)]
        else:
            elsewhere.append(words.named(fault))
    return elsewhere


def beside(form: Form, why: str, values: Mapping[str, Any], otherwise: str) -> str:
    """The same for a day that can't be changed so."""
    name = {"reason_too_long": "reason", "same_hours": "hours", "holiday": "hours"}.get(why, "day")
    said = words.wrong(why, values, otherwise=otherwise)
    if name in form:
        form[name].errors = [said]
        return ""
    return said


def _given(form: Form, but: Iterable[str] = ()) -> dict[str, Any]:
    """What was written; a field that is empty takes its usual value."""
    written = {
        field.name: field.data.strip() if isinstance(field.data, str) else field.data
        for field in form
        if field.name not in but
    }
    return {name: value for name, value in written.items() if value not in ("", None, [])}


def _phone(written: str) -> str:
    try:
        return phones.local(written, current().country_prefix)
    except ValueError:
        return written  # the checks say what is wrong with it


def _services(office: Plain) -> Iterable[Plain]:
    return cast(Iterable[Plain], office.get("services", ()))


def _roster(counter: Plain) -> Mapping[str, str]:
    return parts.by_day(counter.get("roster", {}))


def _without_none(of: Plain) -> Plain:
    return {name: value for name, value in of.items() if value is not None and name != "roster"}
