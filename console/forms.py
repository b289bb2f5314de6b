"""Forms: WTForms, in the page's language. Their words are msgids (`N_`): `macros.html` looks them
up. That a form is our own is checked for all pages at once (`pages.admit`).

    form = Password(request.form)
    if asks(form): ...
"""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Form as WTForm
from wtforms.fields import choices as of_wtforms

from console.speaking import language


class Form(WTForm):
    def __init__(self, sent: MultiDict[str, Any] | None = None, **values: Any) -> None:
        # Where a message is not ours, it is at least in the page's language.
        super().__init__(sent or None, meta={"locales": [language()]}, **values)


def choices(names: Mapping[str, str]) -> list[Any]:
    """What a SelectField offers: what is sent, and what is read."""
    choice = of_wtforms.SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
    return [choice(value, name) for value, name in names.items()]


def asks(form: Form) -> bool:
    """Whether the form was sent, and holds what it must."""
    return request.method == "POST" and bool(form.validate())


def status(form: Form) -> int:
    """422 for a form that comes back with what is wrong in it."""
    return 422 if form.errors else 200
