"""What is said, word for word as the product says it."""

import json
from pathlib import Path

_FILE = Path(__file__).parent.parent / "conversation.json"
REPLIES: list[str] = [step["reply"] for step in json.loads(_FILE.read_text("utf-8"))["steps"]]

EXPIRED = "END Votre session a expiré. Recomposez le code."


def number_is(service: str, office: str) -> str:
    """The end: a number made of the service (its place in the list) and the office."""
    return f"END Votre numéro est {'ABCD'[int(service) - 1]}{office}. Merci."
