"""A fitted model as plain data, to be kept as JSON from one night to the next. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from queues.waiting import Bucket, Model


def to_data(model: Model) -> dict[str, Any]:
    """JSON has no numbers for keys: services are written as text."""
    return {
        **asdict(model),
        "minutes": _named(model.minutes),
        "factors": _named(model.factors),
        "served": _named(model.served),
    }


def from_data(data: Mapping[str, Any]) -> Model:
    """Raises KeyError or TypeError for what `to_data` did not write."""
    return Model(
        minutes=_numbered(data["minutes"]),
        factors=_numbered(data["factors"]),
        served=_numbered(data["served"]),
        spread=tuple(Bucket(**one) for one in data["spread"]),
        remaining=tuple(data["remaining"]),
        uneven=data["uneven"],
    )


def _named(values: Mapping[int, Any]) -> dict[str, Any]:
    return {str(service): value for service, value in values.items()}


def _numbered(values: Mapping[str, Any]) -> dict[int, Any]:
    return {int(service): value for service, value in values.items()}
