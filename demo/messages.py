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
        yield found(0, "procedures", procedure["short"], "80 characters at most")
        yield found(0, "procedures", procedure["delay"], "40 characters at most")
    for kind in data["case_types"]:
        if "appeal" in kind:
            yield found(0, "dossiers", kind["appeal"], "60 characters at most")
        for document in kind.get("documents", ()):
            yield found(0, "procedures", document["name"], "40 characters at most")
        for stage in kind["stages"]:
            if "told" in stage:
                yield found(0, "dossiers", stage["told"], "40 characters at most")
            if "next" in stage:
                yield found(0, "dossiers", stage["next"], "60 characters at most")
    for dossier in data["dossiers"]:
        if "reason" in dossier:
            yield found(0, "dossiers", dossier["reason"], "60 characters at most")
