"""Reads a file of offices. Reports all that is wrong with it, each with its line. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from queues.setup.files import Fault, Path, load, parts, shaped, twice
from queues.setup.shape import OfficesFile


def read(text: str, file: str, beside: Iterable[str] = ()) -> OfficesFile:
    """`beside`: keys of this file that are not ours. Raises BrokenFile."""
    return load(text, file, "offices", checked, beside)


def checked(data: Mapping[str, Any]) -> OfficesFile:
    """The same for what is no text any more, or never was one. Raises Faulty."""
    return shaped(OfficesFile, data, _whole)


def _whole(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What no field shows by itself: things named twice, and things that are not there."""
    yield from twice(data, ("agencies",), "code")
    yield from twice(data, ("offices",), "code")
    agencies = {one.get("code") for one in parts(data, "agencies")}
    for at, office in enumerate(parts(data, "offices")):
        path: Path = ("offices", at)
        agency = office.get("agency")
        if agency and agency not in agencies:
            said = f"agency: no {agency} under `agencies:`: add it there"
            yield Fault((*path, "agency"), "no_agency", said, {"written": agency})
        for what, key in (("services", "prefix"), ("counters", "number"), ("special_days", "day")):
            yield from twice(office, (*path, what), key)
        prefixes = {one.get("prefix") for one in parts(office, "services")}
        for place, counter in enumerate(parts(office, "counters")):
            named = counter.get("services", "")
            named = named.replace(",", " ").split() if isinstance(named, str) else named
            for one in named if isinstance(named, list) else ():
                if one not in prefixes:
                    said = f"services: no service {one} at this office"
                    where = (*path, "counters", place, "services")
                    yield Fault(where, "no_service", said, {"written": one})
