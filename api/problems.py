"""Errors as RFC 9457 has them (application/problem+json)."""

from http import HTTPStatus

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One part of a request that is wrong: where (a JSON pointer), and how."""

    pointer: str
    detail: str


class ProblemDetails(BaseModel):
    """What went wrong. `detail` is for people; `status` is that of the answer."""

    model_config = ConfigDict(title="Problem")

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""
    errors: list[Fault] = []


class Problem(Exception):
    """Raised by an endpoint; becomes the answer. `headers` go with it."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str = "",
        errors: list[Fault] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers or {}
        self.details = ProblemDetails(
            title=status.phrase, status=status, detail=detail, errors=errors or []
        )

    def response(self) -> Response:
        body = self.details.model_dump_json(exclude_defaults=True)
        answer = Response(body, self.status, self.headers, content_type=MEDIA_TYPE)
        answer.headers["Cache-Control"] = "no-store"
        return answer
