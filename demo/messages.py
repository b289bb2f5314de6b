"""Gives Babel the demo office's names and papers: data, translated where the catalogues know it."""

from collections.abc import Iterator
from typing import IO, Any

import yaml

from locales.extraction import Found, found


def office_messages(file: IO[bytes], *_: Any, **__: Any) -> Iterator[Found]:
    data = yaml.safe_load(file.read().decode())
    for office in data["offices"]:
        for named in (office, *office["services"]):
            yield found(0, "offices", named["name"], "22 characters at most")
        for service in office["services"]:
            if "documents" in service:
                yield found(0, "procedures", service["documents"], "80 characters at most")
    for procedure in data["procedures"]:
        yield found(0, "procedures", procedure["label"], "22 characters at most")
        yield found(0, "procedures", procedure["papers"], "80 characters at most")
        yield found(0, "procedures", procedure["delay"], "40 characters at most")
    for dossier in data["dossiers"]:
        if "documents" in dossier:
            yield found(0, "procedures", dossier["documents"], "60 characters at most")
