"""Who signs in to the demo, and never to anything else."""

import json

from sqlmodel import select

from database import reading, writing
from demo import office as demo_office
from settings import DEMO_PASSWORD
from staff import passwords
from staff.models import ROLES, Staff


def test_the_demo_has_one_of_each_role_and_says_so(office):
    runner = office.app.test_cli_runner()
    users = json.loads(runner.invoke(args=["demo", "--json"]).output)["users"]
    assert {user["role"] for user in users} == set(ROLES)
    shown = runner.invoke(args=["demo"]).output
    with reading() as db:
        by_name = {one.name: one for one in db.exec(select(Staff))}
    for user in users:
        assert passwords.matches(by_name[user["name"]].password_hash, user["password"])
        assert f"{user['name']:<15} {DEMO_PASSWORD}" in shown


def test_where_somebody_works_nobody_is_added(office):
    with writing() as db:
        for one in db.exec(select(Staff).where(Staff.name != "awa")):
            db.delete(one)
    assert demo_office.seed() is False
    with reading() as db:
        assert len(db.exec(select(Staff)).all()) == 1
