"""anysd on Flask, after its README: a home menu (the languages), then a form of four questions.

Its own words stand around ours: it writes "1. Mairie" where we write "1 Mairie".
"""

import logging

from anysd import FormFlow, ListInput, NavigationController, NavigationMenu
from flask import Flask, Response, request

from benchmarks.ussd.yardsticks.replies import number_is

logging.getLogger().setLevel(logging.WARNING)

SERVICES = ["Etat civil", "Retrait de papiers", "Mariage", "Urbanisme"]
OFFICES = ["Mairie", "Préfecture", "Tribunal", "Centre fiscal"]


def ticket(**known: object) -> str:
    data, office = known["data"], str(known["ussd_string"]).rpartition("*")[2]
    service = SERVICES.index(str(data["SERVICE"]).strip('"')) + 1  # type: ignore[index]
    return number_is(str(service), office)


QUESTIONS = {
    "1": {
        "name": "MENU",
        "menu": ListInput(
            items=["Prendre un ticket", "Mes tickets", "Aide"], title="Que voulez-vous ?"
        ),
    },
    "2": {"name": "SERVICE", "menu": ListInput(items=SERVICES, title="Quel service ?")},
    "3": {"name": "OFFICE", "menu": ListInput(items=OFFICES, title="Quel bureau ?")},
    "4": {"name": "TICKET", "menu": ticket},
}


def accepted(current_step: int, last_input: str, **_: object) -> tuple[bool, None]:
    return True, None


form = FormFlow(form_questions=QUESTIONS, step_validator=accepted)
home = NavigationMenu(name="home", title="Bienvenue. Langue ?")
for name, title in (("fr", "Francais"), ("sw", "Kiswahili")):
    NavigationMenu(name=name, title=title, parent=home, next_form=form)

app = Flask(__name__)


@app.post("/ussd")
def ussd() -> Response:
    sent = request.form
    menu = NavigationController(home, sent["phoneNumber"], sent["sessionId"], sent["text"])
    return Response(menu.navigate(), content_type="text/plain; charset=utf-8")
