"""docs/sms.md is true: its commands are typed, one after the other, in a running product."""

import re

from settings import ROOT
from tests.test_product import Product, fake, product  # noqa: F401  (fixtures)
from tests.waiting import PATIENCE

PAGE = (ROOT / "docs/sms.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.S)


def test_its_commands_work_in_their_order(product: Product, fake, tmp_path):  # noqa: F811
    before = len(fake.sent)
    phone = product.phone("+221770000061")
    phone.dial()
    for entry in ("1", "1", "1", "1", "1"):
        phone.enter(entry)
    fake.wait_for(before + 1, PATIENCE)
    told = []
    for block in BLOCKS:
        if "make chaos" in block or "benchmarks" in block:
            continue
        here = block.replace("list.csv", f"{tmp_path}/list.csv")
        done = product.shell(f"set -e\n{here}")
        assert done.returncode == 0, done.stdout + done.stderr
        told.append(done.stdout)
    assert "bulk 1: 2 recipients, 2 segments" in "".join(told)
    assert '{"encoding": "UCS-2", "units": 23, "segments": 1}' in told[-1]
