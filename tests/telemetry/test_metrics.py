"""What is counted between two looks is all there, in its bucket."""

import threading

from telemetry import metrics


def figures(provider: str) -> dict[str, float]:
    lines = metrics.exposition().decode().splitlines()
    found = [line.rpartition(" ") for line in lines if f'provider="{provider}"' in line]
    return {name: float(value) for name, _, value in found}


def test_dials_are_counted_by_outcome_and_by_how_long_they_took():
    for outcome, seconds in (("shown", 0.002), ("shown", 0.0025), ("ended", 3.0)):
        metrics.dialled("of-this-test", outcome, seconds)
    found = figures("of-this-test")
    assert found['guichet_dials_total{outcome="shown",provider="of-this-test"}'] == 2
    assert found['guichet_dials_total{outcome="ended",provider="of-this-test"}'] == 1
    assert found['guichet_dial_seconds_bucket{le="0.0025",provider="of-this-test"}'] == 2
    assert found['guichet_dial_seconds_bucket{le="2.0",provider="of-this-test"}'] == 2
    assert found['guichet_dial_seconds_bucket{le="+Inf",provider="of-this-test"}'] == 3
    assert found['guichet_dial_seconds_count{provider="of-this-test"}'] == 3
    assert found['guichet_dial_seconds_sum{provider="of-this-test"}'] == 3.0045


def test_nothing_is_lost_or_doubled_between_threads():
    def dial() -> None:
        for _ in range(500):
            metrics.dialled("of-many", "shown", 0.001)
            if _ % 50 == 0:
                metrics.flush()

    threads = [threading.Thread(target=dial) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = figures("of-many")
    assert counted['guichet_dials_total{outcome="shown",provider="of-many"}'] == 2000
