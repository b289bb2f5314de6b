"""What citizens may write by SMS: every word in every language, and what it does; and a place to
try one."""

from flask import render_template, request

from console.messages import words
from console.pages import page
from sms import keywords as known
from staff.models import AGENT


@page.route("/messages/keywords", may=AGENT)
def keywords() -> str:
    tried = request.args.get("words", "")[:320]
    meant = known.understand(tried) if tried.strip() else None
    return render_template(
        "messages/keywords.html", known=known.words(), tried=tried, meant=meant, words=words
    )
