"""What the benchmark needs and the product does not: installed when missing, under var/bench."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from benchmarks.ussd.places import PLACE, folder

YARDSTICKS = Path(__file__).with_name("yardsticks")


def load_generator() -> None:
    """wrk and taskset, from the system's packages."""
    for program, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(program) is None:
            _from_debian(package)


def _from_debian(package: str) -> None:
    advice = f"{package} is missing and can't be installed from here: `apt-get install {package}`"
    if shutil.which("apt-get") is None:
        raise click.ClickException(advice)
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        try:
            _run(["apt-get", "--quiet", *arguments], f"installing {package}")
        except click.ClickException as problem:
            raise click.ClickException(f"{advice}\n{problem.message}") from None


def node_modules() -> Path:
    """The folder that holds the node yardsticks' packages."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise click.ClickException(
                f"{program} is missing: install Node.js (20 or later), or leave the node "
                "yardsticks out with --only"
            )
    where, wanted = folder("node"), YARDSTICKS / "package.json"
    if _is_new(where, wanted):
        shutil.copy(wanted, where / "package.json")
        quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel", "error"]
        _run(["npm", "install", *quiet, "--prefix", str(where)], "npm install")
        _mark(where, wanted)
    return where


def anysd_environment() -> Path:
    """The folder with the programs of anysd's own Python environment."""
    where, wanted = folder("anysd"), YARDSTICKS / "anysd.txt"
    if _is_new(where, wanted):
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(where)], "a venv")
        into = [sys.executable, "-m", "pip", "--python", str(where / "bin" / "python")]
        _run([*into, "install", "--quiet", "-r", str(wanted)], "installing anysd")
        _mark(where, wanted)
    return where / "bin"


def _is_new(where: Path, wanted: Path) -> bool:
    mark = where / ".installed"
    return not mark.exists() or mark.read_bytes() != wanted.read_bytes()


def _mark(where: Path, wanted: Path) -> None:
    (where / ".installed").write_bytes(wanted.read_bytes())


def _run(command: Sequence[str], what: str, env: Mapping[str, str] | None = None) -> None:
    click.echo(f"{what} …", err=True)
    PLACE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=PLACE)
    if done.returncode != 0:
        raise click.ClickException(f"{what} failed:\n{done.stdout}{done.stderr}")
