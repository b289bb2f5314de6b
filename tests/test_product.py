"""The product as a newcomer gets it: `make run` in a clean folder, and then over HTTP alone."""

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import redis
import requests

from settings import ROOT
from tests.fakes.africastalking import FakeAfricasTalking
from tests.ports import free_port
from tests.waiting import PATIENCE, until
from ussd.phone import Phone
from ussd.wire import Request, Response


@dataclass
class Product:
    """A product that runs: its processes, and phones that reach it over HTTP."""

    process: subprocess.Popen
    port: int
    environment: dict[str, str]
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ussd/africastalking/demo"

    def ready(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    def phone(
        self, number: str, session: requests.Session | None = None, port: int | None = None
    ) -> Phone:
        post = (session or requests).post
        url = self.url.replace(f":{self.port}/", f":{port or self.port}/")

        def send(request: Request) -> Response:
            headers = {"Content-Type": request.content_type}
            answer = post(url + request.rest, data=request.body, headers=headers, timeout=15)
            assert answer.status_code == 200
            return Response(answer.content.decode())

        return Phone(number, "*384*50#", send)

    def flask(self, *arguments: str) -> str:
        done = self.shell(shlex.join([".venv/bin/flask", *arguments]))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, command: str, **changes: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sh", "-c", command],
            env=self.environment | changes,
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def running(self, what: str) -> list[psutil.Process]:
        return [one for one in self.family() if f"flask {what}" in " ".join(_command(one))]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        family = self.family()
        os.killpg(self.process.pid, how)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for one in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            raise


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def make_run(folder: Path, **changes: str) -> Product:
    port = free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "LANG", "TMPDIR") or name.startswith("PIP_")
    }
    environment |= {"VAR_DIR": str(folder), "PORT": str(port), **changes}
    output = folder / "output.txt"
    folder.mkdir(parents=True, exist_ok=True)
    with output.open("wb") as file:
        process = subprocess.Popen(
            ["make", "--silent", "run"],
            env=environment,
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    product = Product(process, port, environment, output)
    until(product.ready, "the product")
    return product


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeAfricasTalking]:
    with FakeAfricasTalking() as running:
        yield running


@pytest.fixture(scope="module")
def product(tmp_path_factory, fake) -> Iterator[Product]:
    """The product, with an account at the fake Africa's Talking."""
    started = make_run(
        tmp_path_factory.mktemp("product") / "var",
        AT_BASE_URL=fake.url,
        AT_API_KEY=fake.api_key,
        SMS_DOUBT_SECONDS="5",
    )
    yield started
    if started.process.poll() is None:
        started.stop()


def test_it_says_where_to_dial_and_how_to_stop(product):
    printed = product.output.read_text()
    assert f"Guichet answers dials at {product.url}" in printed
    assert "Stop with Ctrl-C." in printed


def test_the_printed_curl_line_dials(product):
    [line] = re.findall(r"or by hand: +(curl .*)", product.output.read_text())
    answer = subprocess.run(["sh", "-c", f"{line} -sS"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("CON Exemple, à vérifier\nLangue / Language")


def test_a_first_dial_becomes_a_ticket_and_an_sms_in_the_citizen_s_language(product, fake):
    before = len(fake.sent)
    phone = product.phone("+221770000021")
    assert "2 English" in phone.dial().text
    for entry in ("2", "1", "1", "2"):
        screen = phone.enter(entry)
    assert screen.goes_on
    last = phone.enter("1")
    ticket = re.search(r"\bB\d{3}\b", last.text)
    assert ticket, last.text
    assert not phone.enter("1").goes_on
    [form] = fake.wait_for(before + 1, PATIENCE)[before:]
    assert form["to"] == "+221770000021"
    assert ticket.group() in form["message"]
    english = {"Ahead", "ahead", "before"}
    assert any(word in form["message"] for word in english), form["message"]


@pytest.fixture
def second_web(product) -> Iterator[int]:
    """The port of a second web process, on the same database and Redis."""
    port = free_port()
    process = subprocess.Popen(
        [".venv/bin/flask", "web"], env=product.environment | {"PORT": str(port)}, cwd=ROOT
    )
    answers = f"http://127.0.0.1:{port}/healthz"
    until(lambda: _get(answers), "the second web process")
    yield port
    process.terminate()
    process.wait(PATIENCE)


def _get(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def test_two_hundred_citizens_at_once_each_callback_on_two_processes(product, second_web, fake):
    before = len(fake.sent)
    labels: dict[str, set[str]] = {}
    problems: list[object] = []
    waiting = [f"+221771000{number:03d}" for number in range(200)]
    together = threading.Barrier(20)

    def citizen_after_citizen() -> None:
        with requests.Session() as session:
            together.wait()
            while True:
                try:
                    number = waiting.pop()
                except IndexError:
                    return
                try:
                    labels[number] = take_a_ticket(product, second_web, number, session)
                except Exception as problem:
                    problems.append(problem)

    threads = [threading.Thread(target=citizen_after_citizen) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert all(len(given) == 1 for given in labels.values()), labels
    numbers = sorted(int(label[1:]) for given in labels.values() for label in given)
    assert numbers == list(range(1, 201))
    fake.wait_for(before + 200, PATIENCE)
    until(lambda: nothing_left_to_send(product), "the end of sending")
    assert sorted(form["to"] for form in fake.sent[before:]) == sorted(labels)


def nothing_left_to_send(product: Product) -> bool:
    text = requests.get(f"http://127.0.0.1:{product.port}/metrics", timeout=5).text
    states = dict(re.findall(r'^guichet_sms\{state="(\w+)"\} ([\d.]+)$', text, re.M))
    unfinished = ("queued", "leased", "sending", "uncertain")
    return all(float(states[state]) == 0 for state in unfinished)


def take_a_ticket(product: Product, other: int, number: str, session: requests.Session) -> set[str]:
    """The numbers that a citizen is shown for one ticket; each callback goes to both processes at
    once."""
    with requests.Session() as second, ThreadPoolExecutor(1) as meanwhile:
        here = product.phone(number, session)
        there = product.phone(number, second, other)
        here.session_id = f"ATUid_{number[1:]}"
        seen = set()
        for entries in range(6):
            here.entries = tuple("1" * entries)
            there.session_id, there.entries = here.session_id, here.entries
            again = meanwhile.submit(there.repeat)
            once = here.repeat()
            assert again.result() == once
            seen |= set(re.findall(r"\bA\d{3}\b", once.text))
    assert "1 Environ 15 min" in once.text  # asked once the ticket is given
    return seen


def test_a_killed_worker_and_a_flushed_redis_lose_no_sms(product, fake):
    before = len(fake.sent)
    store = redis.Redis(unix_socket_path=str(Path(product.environment["VAR_DIR"]) / "redis.sock"))
    for number in range(30):
        phone = product.phone(f"+221772000{number:03d}")
        phone.dial()
        for entry in ("1", "1", "1", "3", "1"):
            phone.enter(entry)
        if number == 10:
            [worker] = product.running("worker")
            worker.kill()
        if number in (12, 20):
            store.flushall()
    sent = fake.wait_for(before + 30, PATIENCE)[before:]
    assert {form["to"] for form in sent} == {f"+221772000{number:03d}" for number in range(30)}
    assert until(lambda: product.running("worker"), "a new worker")


def test_flask_dial_is_a_phone_in_the_terminal(product):
    shown = product.flask("dial", "+221770000061", "1", "5")
    assert "| 1 Francais " in shown
    assert "> 1" in shown
    assert "GSM-7, goes on" in shown
    assert re.search(r"\d+ septets", shown)


def test_flask_demo_tells_programs_what_to_try(product):
    facts = json.loads(product.flask("demo", "--json"))
    assert facts["service_code"] == "*384*50#"
    assert facts["phones"][0] == "+221770000001"
    assert len(facts["dossiers"]) >= 12
    one = facts["dossiers"][0]
    phone = product.phone("+221770000062")
    phone.dial()
    for entry in ("1", "2", one["reference"], str(one["birth_year"])):
        phone.enter(entry)
    assert one["reference"][-4:] in phone.enter(one["pin"]).text


def test_logs_are_json_and_hold_no_number(product, fake):
    lines = product.output.read_text().splitlines()
    logged = [line.partition("| ")[2] for line in lines if "| {" in line]
    assert all(json.loads(line)["level"] for line in logged)
    assert "+221770000021" not in "".join(logged)
    assert "/demo" not in "".join(logged)


def test_metrics_add_up_over_the_web_processes(product, second_web):
    def dialled() -> float:
        url = f"http://127.0.0.1:{product.port}/metrics"
        text = urllib.request.urlopen(url, timeout=5).read().decode()
        counts = re.findall(r"^guichet_dials_total\{.*\} ([\d.]+)$", text, re.M)
        return sum(map(float, counts))

    before = dialled()
    for number in range(20):
        port = second_web if number % 2 else product.port
        product.phone(f"+221773000{number:03d}", port=port).dial()
    until(lambda: dialled() == before + 20, "the counts of both processes")


def test_a_second_product_in_the_same_place_is_refused(product):
    environment = product.environment | {"PORT": str(free_port())}
    second = subprocess.run(
        ["make", "--silent", "run"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert second.returncode != 0
    assert "another Guichet is running here already" in second.stderr
    assert product.ready()
    metrics = requests.get(f"http://127.0.0.1:{product.port}/metrics", timeout=5).text
    assert "guichet_dials_total" in metrics  # the refused one has not wiped the first one's counts


def test_ctrl_c_stops_all_of_it_and_leaves_nothing_running(tmp_path):
    started = make_run(tmp_path / "var")
    family = started.family()
    assert len(family) >= 4  # redis, web, worker, clock
    for _ in range(5):  # an impatient Ctrl-C, to make and all that it started
        os.killpg(started.process.pid, signal.SIGINT)
    started.process.wait(PATIENCE)
    assert [one for one in family if one.is_running()] == []
    assert "Traceback" not in started.output.read_text()


def test_a_closed_terminal_stops_all_of_it_too(tmp_path):
    started = make_run(tmp_path / "var")
    family = started.family()
    started.stop(signal.SIGHUP)
    until(lambda: not [one for one in family if one.is_running()], "the end of all processes")


def test_what_was_taken_is_there_after_a_restart(tmp_path):
    started = make_run(tmp_path / "var")
    phone = started.phone("+221770000031")
    phone.dial()
    for entry in ("3", "1", "1", "1", "1"):
        phone.enter(entry)
    started.stop(signal.SIGTERM)
    again = make_run(tmp_path / "var")
    phone = again.phone("+221770000031")
    assert "Langue" not in phone.dial().text  # Wolof was chosen, and is remembered
    for entry in ("1", "1", "1"):
        screen = phone.enter(entry)
    assert "A001" in screen.text
    again.stop()
