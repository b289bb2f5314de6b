"""The queue: who waits, and for what."""

from flask import render_template

from console.offices import mine
from console.pages import page
from console.today import lines
from staff.models import AGENT


@page.route("/queue", may=AGENT)
def queue() -> str:
    return render_template("queue.html", lines=lines(), office=mine())
