"""The benchmark of announced waits prints a line a load, and one for all."""

from click.testing import CliRunner

from benchmarks.queues.__main__ import main


def test_waits_are_scored_load_by_load():
    done = CliRunner().invoke(main, ["waits", "--loads", "0.2,0.3", "--days", "1", "--seed", "7"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()[3:6]] == ["0.2", "0.3", "all"]


def test_loads_that_are_no_numbers_are_refused():
    done = CliRunner().invoke(main, ["waits", "--loads", "low,high"])
    assert done.exit_code == 2
    assert "write loads as 0.7,0.9,1.1" in done.output
