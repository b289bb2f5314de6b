"""Reading a list of recipients: every row is good, or bad with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sms.bulk.reading import NoList, Row, read

LANGUAGES = frozenset({"fr", "wo"})


def rows(text: str | bytes) -> list[Row]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(data, "221", LANGUAGES))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_found_by_name_whatever_separates_them(separator):
    text = "Nom,Phone,Language\nLot 3,77 000 00 50,wo\n".replace(",", separator)
    assert rows(text) == [Row(2, "+221770000050", "wo", {"nom": "Lot 3"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_what_excel_writes_is_read(encoding):
    assert rows("phone;lieu\r\n770000050;Thiès\r\n".encode(encoding)) == [
        Row(2, "+221770000050", None, {"lieu": "Thiès"})
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("bonjour,fr", "no phone number"),
        (",fr", "the phone is missing"),
        ("770000050,xx", "no such language: 'xx'"),
    ],
)
def test_a_bad_row_says_why_and_the_others_are_read(line, problem):
    found = rows(f"phone,language\n{line}\n770000051,\n")
    assert [row.problem for row in found] == [problem, None]


def test_a_value_that_is_no_value_is_refused():
    assert rows(f"phone,nom\n770000050,{'x' * 61}\n")[0].problem == "nom: over 60 letters"


def test_empty_lines_are_passed_over_and_lines_keep_their_number():
    assert [row.line for row in rows("phone\n\n770000050\n\n770000051\n")] == [3, 5]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "one of them `phone`"),
        ("nom\nx", "one of them `phone`"),
        ("phone,phone\n", "same name"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(text, why):
    with pytest.raises(NoList, match=why):
        rows(text)


@given(some.binary(max_size=300))
def test_no_file_makes_it_fail_otherwise(data):
    try:
        found = rows(b"phone,nom\n" + data)
    except NoList:
        return
    assert all(row.problem or row.phone for row in found)
