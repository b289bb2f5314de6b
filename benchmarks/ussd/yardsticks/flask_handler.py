"""A bare Flask handler: what the framework costs, and nothing of the product."""

from flask import Flask, Response, request

from benchmarks.ussd.yardsticks.conversation import answer

app = Flask(__name__, static_folder=None)


@app.post("/ussd")
def ussd() -> Response:
    form = request.form
    reply = answer(form["sessionId"], form["phoneNumber"], form["text"])
    return Response(reply, content_type="text/plain; charset=utf-8")
