"""`flask demo`: what is in the demo office."""

import json

import click

from cases.references import shown
from demo import office


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def demo(as_json: bool) -> None:
    """The demo office's facts: what to dial, from which phone, and its dossiers."""
    facts = office.facts()
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    click.echo("Commune de Keur Exemple (invented; all is an example, to be verified)\n")
    click.echo(
        f"Dial {facts['service_code']} as any of {facts['phones'][0]} to {facts['phones'][-1]}:"
    )
    click.echo(f"  .venv/bin/flask dial {facts['phones'][0]}\n")
    for one in facts["offices"]:
        click.echo(f"{one['name']}: {', '.join(one['services'])}")
    click.echo("\nreference     phone          born  PIN   status             office")
    for one in facts["dossiers"]:
        click.echo(
            f"{shown(one['reference']):<13} {one['phone']}  {one['birth_year']}  {one['pin']}  "
            f"{one['status']:<18} {one['office']}"
        )
    click.echo("\nconsole user    password      role")
    for one in facts["users"]:
        click.echo(f"{one['name']:<15} {one['password']:<13} {one['role']}")
