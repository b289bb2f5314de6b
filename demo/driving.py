"""`flask queues drive`: a simulated day at the demo's town hall, on the product that runs."""

import secrets
import time

import click
import requests
from sqlmodel import Session, select

import moment
from database import reading, writing
from demo.day import Agent, Day, Played, arrivals, hall
from menus.codes import code_to_dial
from queues import checking, overview
from queues.commands import commands
from queues.models import Counter, CounterService, Office, Service
from queues.simulation import attendance
from settings import current
from staff.models import AGENT, Staff
from staff.passwords import hashed

CODE = "mairie"
RECEPTION = "day-reception"
_SECONDS = 30  # for an answer


class _Browser:
    def __init__(self, url: str) -> None:
        self._url, self._session = url, requests.Session()

    def get(self, path: str) -> str:
        return self._said(self._session.get(self._url + path, timeout=_SECONDS))

    def post(self, path: str, fields: dict[str, str]) -> str:
        return self._said(self._session.post(self._url + path, data=fields, timeout=_SECONDS))

    def _said(self, answer: requests.Response) -> str:
        if answer.status_code >= 500:
            raise OSError(f"{answer.request.url}: {answer.status_code}")
        return answer.text


class _PlayedTime:
    """Minutes since the opening, in the product's own time."""

    def __init__(self) -> None:
        self._began = moment.now()

    def reach(self, minute: float) -> None:
        gone = (moment.now() - self._began).total_seconds()
        left = (minute * 60 - gone) / moment.speed()
        if left > 0:
            time.sleep(left)


@commands.command()
@click.option("--url", help="Where the product runs; unset: as HOST and PORT say.")
@click.option("--citizens", type=click.IntRange(1, 5000), default=500, show_default=True)
@click.option("--agents", type=click.IntRange(1, 50), default=10, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def drive(url: str | None, citizens: int, agents: int, seed: int) -> None:
    """Plays a day of the demo's town hall over HTTP: citizens' phones and agents' browsers both.

    At the speed of PLAYED_TIME, which the product has to run with as well (`flask queues clock`).
    Adds counters and accounts to the demo, and closes the accounts in the end."""
    settings = current()
    if settings.environment == "production":
        raise click.ClickException("this invents citizens: not in production")
    site = (url or f"http://{settings.host}:{settings.port}").rstrip("/")
    with writing() as db:
        password = secrets.token_urlsafe(16)
        names, counters = prepare(db, agents, password)
        code = code_to_dial(db)
    overview.forget()
    try:
        browsers = {name: _signed_in(site, name, password) for name in names}
        office = hall(agents)
        coming = arrivals(office, citizens, seed)
        click.echo(f"{len(coming)} people come, {agents} agents, at {moment.speed():g} x real time")
        played = _day(site, code, browsers, counters, office_seed=seed, agents=agents).play(coming)
    finally:
        with writing() as db:
            for person in db.exec(select(Staff).where(Staff.name.in_(names))):  # type: ignore[attr-defined]
                person.active = False
                person.stamp += 1
    _report(played)


@commands.command()
@click.option("--speed", type=click.FloatRange(1, 1000), default=60.0, show_default=True)
def clock(speed: float) -> None:
    """A PLAYED_TIME that begins now: `export PLAYED_TIME=$(flask queues clock --speed 60)`."""
    began = moment.now().replace(hour=8, minute=0, second=0, microsecond=0)
    click.echo(f"{began.isoformat()}@{time.time():.0f}x{speed:g}")


def prepare(db: Session, agents: int, password: str) -> tuple[list[str], list[int]]:
    """So many counters with all services, one more for the reception, and who sits there."""
    office = db.exec(select(Office).where(Office.code == CODE)).one()
    assert office.id is not None
    services = list(db.exec(select(Service).where(Service.office_id == office.id)))
    ids, names = [], []
    for number in range(1, agents + 2):
        of_it = select(Counter).where(Counter.office_id == office.id, Counter.number == number)
        counter = db.exec(of_it).first()
        if counter is None:
            counter = Counter(office_id=office.id, number=number)
            db.add(counter)
            db.flush()
            for service in services if number <= agents else []:
                db.add(CounterService(counter_id=counter.id or 0, service_id=service.id or 0))
        counter.staff_id = None
        ids.append(counter.id or 0)
        names.append(_account(db, office.id, number if number <= agents else None, password))
    return names, ids


def _account(db: Session, office_id: int, number: int | None, password: str) -> str:
    name = RECEPTION if number is None else f"day-agent-{number}"
    person = db.exec(select(Staff).where(Staff.name == name)).first()
    if person is None:
        person = Staff(
            name=name, display_name=name, role=AGENT, office_id=office_id, password_hash=""
        )
        db.add(person)
    person.password_hash, person.active = hashed(password), True
    return name


def _signed_in(site: str, name: str, password: str) -> _Browser:
    browser = _Browser(site)
    page = browser.get("/console/sign-in")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "name": name, "password": password}
    if 'name="password"' in browser.post("/console/sign-in", sent):
        raise click.ClickException(f"{name} could not sign in: is this the product's database?")
    return browser


def _day(
    site: str,
    code: str,
    browsers: dict[str, _Browser],
    counters: list[int],
    office_seed: int,
    agents: int,
) -> Day:
    there = attendance(hall(agents), office_seed)
    everyone = list(browsers.values())
    seated = [
        Agent(number, everyone[number - 1], there[number], counters[number - 1])
        for number in range(1, agents + 1)
    ]
    path = f"{site}/ussd/africastalking/{current().webhook_secrets[0]}"
    phones = requests.Session()

    def dial(phone: str, session: str, text: str) -> str:
        fields = {"sessionId": session, "phoneNumber": phone, "serviceCode": code, "text": text}
        return phones.post(path, data=fields, timeout=_SECONDS).text

    reception = everyone[-1]
    sit_down(reception, counters[-1])
    return Day(dial, seated, reception, _PlayedTime(), workers=4)


def sit_down(browser: _Browser, counter: int) -> None:
    page = browser.get("/console/queue")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    browser.post("/console/queue/counter", {"csrf_token": token, "counter": str(counter)})


def _report(played: Played) -> None:
    click.echo(", ".join(f"{number} {what}" for what, number in sorted(played.outcomes.items())))
    for problem in played.problems[:20]:
        click.echo(problem)
    with reading() as db:
        wrong = list(checking.problems(db))
    for one in wrong[:20]:
        click.echo(one)
    if played.problems or wrong:
        raise click.ClickException(
            f"{len(played.problems)} problems on the way, {len(wrong)} after"
        )
    click.echo("All tickets hold together.")
