"""docs/gateways.md: what an operator reads is what the code does."""

from pathlib import Path

import pytest

from ussd.gateways import all_gateways
from ussd.gateways_page import page

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date():
    assert (ROOT / "docs/gateways.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("gateway", all_gateways().values(), ids=all_gateways())
def test_every_gateway_has_its_address_and_its_contract_on_the_page(gateway):
    facts = gateway.contract
    assert f"`https://your-host/ussd/{facts.name}/<secret>{facts.address}`" in page()
    for said in (facts.starts, facts.repeats, facts.source, facts.unsure):
        assert said in page()


def test_links_lead_to_headings():
    assert "[Orange #303# My Store](#orange-303-my-store)" in page()
    assert "## Orange #303# My Store" in page()
