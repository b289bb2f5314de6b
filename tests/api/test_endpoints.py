"""An endpoint's types check what comes in, also where it has a body; the document says the same."""

from typing import Annotated

import pytest
from flask import Flask, request
from openapi_spec_validator import validate
from pydantic import BaseModel, Field

from api.document import document
from api.endpoints import Api
from api.problems import Problem

API = Api("Library", "1", "Books.")
Shelf = Annotated[str, Field(pattern="^[a-z]+$")]


class Book(BaseModel):
    title: str = Field(max_length=10)
    pages: int


class Kept(BaseModel):
    shelf: str
    book: Book


@API.endpoint("POST", "/shelves/{shelf}", status=201)
def put(shelf: Shelf, body: Book) -> Kept:
    """Puts a book on a shelf.

    It stays there."""
    return Kept(shelf=shelf, book=body)


def post(**sent):
    shelf = sent.pop("shelf", "a")
    with Flask("library").test_request_context(method="POST", **sent):
        try:
            return API.answered("/shelves/{shelf}", request, {"shelf": shelf})
        except Problem as problem:
            return problem.response()


def test_a_body_that_fits_is_given_to_the_function():
    answer = post(json={"title": "Xala", "pages": 110})
    assert (answer.status_code, answer.json["book"]["title"]) == (201, "Xala")
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"title": "Xala"}}, 422),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"title=Xala", "content_type": "text/plain"}, 415),
        ({"json": {"title": "Xala", "pages": 1}, "shelf": "A1"}, 404),
    ],
)
def test_what_does_not_fit_is_a_problem(sent, status):
    answer = post(**sent)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_each_part_that_is_wrong_is_named():
    answer = post(json={"title": "Une si longue lettre", "pages": "many"})
    assert [one["pointer"] for one in answer.json["errors"]] == ["/title", "/pages"]
    assert b"many" not in answer.data


def test_the_document_has_the_body_and_its_problems():
    described = document(API, "/")
    validate(described)
    operation = described["paths"]["/shelves/{shelf}"]["post"]
    assert (operation["summary"], operation["description"]) == (
        *("Puts a book on a shelf.", "It stays there."),
    )
    assert operation["parameters"][0]["schema"]["pattern"] == "^[a-z]+$"
    assert set(operation["responses"]) == {
        *("201", "400", "404", "413", "415", "422", "429", "503"),
    }
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Book"
    }
