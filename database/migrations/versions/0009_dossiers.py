"""Dossiers: case types and procedures as data, events, names, complaints, mandates; programs"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009_dossiers"
down_revision = "0008_staff"
branch_labels = None
depends_on = None

_PUBLIC = (
    *("received", "documents_missing", "in_progress", "decided"),
    *("ready", "handed_over", "refused"),
)
# The kind of what was there before there were kinds: a stage for each public status.
_PLAIN = {
    "code": "dossier",
    "name": "Dossier",
    "stages": [
        {"code": status.replace("_", "-"), "status": status, "name": status} for status in _PUBLIC
    ],
}
_NOW = "CURRENT_TIMESTAMP"


def upgrade() -> None:
    _kinds()
    _procedures()
    _dossiers()
    _bring_dossiers()
    for old in ("case_reading", "case_event", "case_file"):
        op.drop_table(old)
    _complaints()
    _mandates()
    _programs()
    op.add_column("citizen", sa.Column("birth_year", sa.Integer(), nullable=True))


def _kinds() -> None:
    op.create_table(
        "case_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )


def _dossiers() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(10), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("source_key", sa.String(64), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=True),
        sa.Column("holder_name", sa.String(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("pin_hash", sa.String(128), nullable=True),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("missing", sa.String(400), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("appeal", sa.String(60), nullable=False),
        sa.Column("appointment_at", sa.DateTime(), nullable=True),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("tell_at", sa.DateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"]),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.ForeignKeyConstraint(["type_id"], ["case_type.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency_id", "source_key"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("dossier_changed", "dossier", ["changed_at", "id"])
    op.create_index("dossier_status", "dossier", ["status", "since"])
    op.create_index(
        "dossier_to_tell",
        "dossier",
        ["tell_at"],
        sqlite_where=sa.text("tell_at IS NOT NULL"),
        postgresql_where=sa.text("tell_at IS NOT NULL"),
    )
    op.create_index("ix_dossier_citizen_id", "dossier", ["citizen_id"])
    op.create_table(
        "dossier_name",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("word_hash", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("case_id", "word_hash"),
    )
    op.create_index("ix_dossier_name_word_hash", "dossier_name", ["word_hash"])
    op.create_table(
        "dossier_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("who", sa.String(50), nullable=False),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("transaction_id", sa.String(80), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "source", "transaction_id"),
        sa.UniqueConstraint("case_id", "version"),
    )
    op.create_table(
        "dossier_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_hash", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("phone_hash", sa.String(32), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("own_phone", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("dossier_reading_by_phone", "dossier_reading", ["phone_hash", "at"])
    op.create_index("dossier_reading_by_reference", "dossier_reading", ["reference_hash", "at"])
    op.create_index("ix_dossier_reading_case_id", "dossier_reading", ["case_id"])
    op.create_table(
        "dossier_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("who", sa.String(50), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("about_case_id", sa.Integer(), nullable=True),
        sa.Column("about_ticket_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["about_case_id"], ["dossier.id"]),
        sa.ForeignKeyConstraint(["about_ticket_id"], ["ticket.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )


def _mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("mediator_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("given_by", sa.String(50), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["citizen.id"]),
        sa.ForeignKeyConstraint(["mediator_id"], ["citizen.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("holder_id", "mediator_id", "scope", "created_at"),
    )
    op.create_index("ix_mandate_holder_id", "mandate", ["holder_id"])
    op.create_index("ix_mandate_mediator_id", "mandate", ["mediator_id"])


def _programs() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("scopes", sa.String(120), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "api_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_id", "key"),
    )
    op.create_index("api_answer_at", "api_answer", ["at"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "webhook_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(120), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["dossier_event.id"]),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webhook_id", "event_id"),
    )
    op.create_index("webhook_call_due", "webhook_call", ["state", "due_at"])
    op.create_table(
        "connector",
        sa.Column("name", sa.String(19), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("pushed", sa.Integer(), nullable=False),
        sa.Column("polled_at", sa.DateTime(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


_PROCEDURE = (
    "code",
    "office_code",
    "label",
    "papers",
    "fee_least",
    "fee_most",
    "unsure",
    "delay",
    "source",
    "checked_on",
    "position",
)


def _rows(statement: str) -> list[dict[str, object]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(statement)).mappings()]


def _run(statement: str, **values: object) -> None:
    op.get_bind().execute(sa.text(statement), values)


def _procedures() -> None:
    old = _rows(f"SELECT {', '.join(_PROCEDURE)} FROM procedure ORDER BY id")
    op.drop_table("procedure")
    op.create_table(
        "procedure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    for row in old:
        definition = {
            "code": str(row["code"])[:20],
            "label": row["label"],
            "offices": [row["office_code"]],
            "short": row["papers"],
            "delay": row["delay"],
            "source": row["source"],
            "checked_on": str(row["checked_on"])[:10],
            "unsure": ["fee"] if row["unsure"] else [],
        }
        if row["fee_least"] is not None:
            definition["fee"] = [row["fee_least"], row["fee_most"] or row["fee_least"]]
        _run(
            "INSERT INTO procedure (code, definition, position, revision, changed_at) "
            f"VALUES (:code, :definition, :position, 1, {_NOW})",
            code=definition["code"],
            definition=json.dumps(definition, ensure_ascii=False),
            position=row["position"],
        )


def _bring_dossiers() -> None:
    if not _rows("SELECT id FROM case_file LIMIT 1"):
        _copy_readings("case_reading", "dossier_reading")
        return
    if not _rows("SELECT id FROM office LIMIT 1"):
        raise RuntimeError("there are dossiers, but no office that they could be at: add one first")
    _run(
        f"INSERT INTO case_type (code, definition, revision, changed_at) VALUES ('dossier', :definition, 1, {_NOW})",
        definition=json.dumps(_PLAIN),
    )
    # An office was written by its name. One that is not there by this name any more: the first.
    _run(
        "INSERT INTO dossier (id, reference, agency_id, office_id, type_id, citizen_id, birth_year, pin_hash, stage, status, "
        "since, missing, due, reason, appeal, before, late, version, told, reminded, created_at, changed_at) "
        "SELECT f.id, f.reference, o.agency_id, o.id, t.id, f.citizen_id, f.birth_year, f.pin_hash, replace(f.status, '_', '-'), "
        "f.status, f.since, '[]', f.due, '', '', '', :no, (SELECT count(*) FROM case_event e WHERE e.case_id = f.id), "
        "(SELECT count(*) FROM case_event e WHERE e.case_id = f.id), 0, f.created_at, f.created_at "
        "FROM case_file f JOIN case_type t ON t.code = 'dossier' JOIN office o ON o.id = coalesce("
        "(SELECT min(id) FROM office WHERE name = f.office), (SELECT min(id) FROM office))",
        no=False,
    )
    for row in _rows("SELECT id, documents FROM case_file WHERE documents IS NOT NULL"):
        missing = json.dumps([row["documents"]], ensure_ascii=False)
        _run(
            "UPDATE dossier SET missing = :missing, before = 'received' WHERE id = :id",
            id=row["id"],
            missing=missing,
        )
    counts: dict[object, int] = {}
    for row in _rows("SELECT * FROM case_event ORDER BY case_id, id"):
        counts[row["case_id"]] = version = counts.get(row["case_id"], 0) + 1
        status = str(row["status"])
        details: dict[str, object] = {}
        if status == "documents_missing":
            details = {
                "documents": [row["documents"] or ""],
                "due": row["due"] and str(row["due"])[:10],
            }
        elif version > 1:
            details = {"stage": status.replace("_", "-")}
        if status == "refused":
            details["reason"] = "-"
        kind = (
            "received"
            if version == 1
            else "document_missing"
            if status == "documents_missing"
            else "moved"
        )
        _run(
            "INSERT INTO dossier_event (case_id, version, kind, stage, status, details, who, source, at, recorded_at) "
            "VALUES (:case_id, :version, :kind, :stage, :status, :details, 'operator', '', :at, :at)",
            case_id=row["case_id"],
            version=version,
            kind=kind,
            stage=status.replace("_", "-"),
            status=status,
            details=json.dumps(details, ensure_ascii=False),
            at=row["at"],
        )
    _copy_readings("case_reading", "dossier_reading")
    _count_on("dossier", "dossier_reading")


def _copy_readings(old: str, new: str) -> None:
    columns = "id, reference_hash, reference, phone_hash, phone, case_id, own_phone, outcome, at"
    _run(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}")


def _count_on(*tables: str) -> None:
    """PostgreSQL numbers the next row after the last one that was brought."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            _run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL"
            )


def downgrade() -> None:
    _old_tables()
    _run(
        "INSERT INTO case_file (id, reference, citizen_id, office, birth_year, pin_hash, status, since, due, created_at) "
        "SELECT d.id, d.reference, d.citizen_id, o.name, d.birth_year, d.pin_hash, d.status, d.since, d.due, d.created_at "
        "FROM dossier d JOIN office o ON o.id = d.office_id "
        # What the older release can't hold: without a phone, a year or a PIN nobody could read it.
        "WHERE d.citizen_id IS NOT NULL AND d.birth_year IS NOT NULL AND d.pin_hash IS NOT NULL"
    )
    for row in _rows("SELECT id, missing FROM dossier WHERE missing <> '[]'"):
        words = ", ".join(json.loads(str(row["missing"])))[:60]
        _run("UPDATE case_file SET documents = :words WHERE id = :id", id=row["id"], words=words)
    _run(
        "INSERT INTO case_event (case_id, status, at) SELECT e.case_id, e.status, e.at FROM dossier_event e "
        "JOIN case_file f ON f.id = e.case_id ORDER BY e.case_id, e.version"
    )
    _run(
        "UPDATE dossier_reading SET case_id = NULL WHERE case_id NOT IN (SELECT id FROM case_file)"
    )
    _copy_readings("dossier_reading", "case_reading")
    _count_on("case_file", "case_reading")
    _old_procedures()
    for new in (
        "connector",
        "webhook_call",
        "webhook",
        "api_answer",
        "api_token",
        "mandate",
        "complaint",
        "dossier_import",
        "dossier_reading",
        "dossier_event",
        "dossier_name",
        "dossier",
        "case_type",
    ):
        op.drop_table(new)
    op.drop_column("citizen", "birth_year")


def _old_tables() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(10), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(22), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.String(128), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("documents", sa.String(60), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_case_file_citizen_id", "case_file", ["citizen_id"])
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("documents", sa.String(60), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_event_case_id", "case_event", ["case_id"])
    op.create_table(
        "case_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_hash", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("phone_hash", sa.String(32), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("own_phone", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_reading_by_phone", "case_reading", ["phone_hash", "at"])
    op.create_index("case_reading_by_reference", "case_reading", ["reference_hash", "at"])
    op.create_index("ix_case_reading_case_id", "case_reading", ["case_id"])


def _old_procedures() -> None:
    new = _rows("SELECT code, definition, position FROM procedure ORDER BY id")
    names = {row["code"]: row["name"] for row in _rows("SELECT code, name FROM office")}
    op.drop_table("procedure")
    op.create_table(
        "procedure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("office_code", sa.String(20), nullable=False),
        sa.Column("office", sa.String(22), nullable=False),
        sa.Column("label", sa.String(22), nullable=False),
        sa.Column("papers", sa.String(80), nullable=False),
        sa.Column("fee_least", sa.Integer(), nullable=True),
        sa.Column("fee_most", sa.Integer(), nullable=True),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("delay", sa.String(40), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_procedure_office_code", "procedure", ["office_code"])
    for row in new:
        known = json.loads(str(row["definition"]))
        least, most = known.get("fee") or (None, None)
        office = known["offices"][0]
        _run(
            f"INSERT INTO procedure (office, {', '.join(_PROCEDURE)}) "
            f"VALUES (:office, {', '.join(f':{name}' for name in _PROCEDURE)})",
            office=names.get(office, office),
            code=row["code"],
            office_code=office,
            label=known["label"],
            papers=known["short"],
            fee_least=least,
            fee_most=most,
            unsure="fee" in known.get("unsure", []),
            delay=known["delay"],
            source=known["source"][:80],
            checked_on=known["checked_on"],
            position=row["position"],
        )
