"""Every setting of Guichet, read from the environment, checked together at start.

`current()` reads them once per process. What is wrong is reported in one go, each line naming the
variable and what it should be. `table()` draws the settings for the README.
"""

import ipaddress
import re
import sys
import zoneinfo
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).parent

# Known to everyone who can read this file: good for a demo on one's own machine, refused elsewhere.
DEMO_SECRET_KEY = "demo-secret-key-not-for-production"  # noqa: S105
DEMO_WEBHOOK_SECRET = "demo"  # noqa: S105
DEMO_PASSWORD = "guichet-demo"  # noqa: S105  (of the demo's staff)
DEMO_DATA_KEY = "Z3VpY2hldCBkZW1vIGtleSwgbm90IGEgc2VjcmV0ISE="

CommaSeparated = Annotated[list[str], NoDecode]


class Settings(BaseSettings):
    """One field, one environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, validate_default=True
    )

    environment: Literal["demo", "production"] = Field(
        "demo", description="`production` refuses to start with demo secrets"
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on")
    web_processes: int = Field(1, ge=1, le=64, description="Web server processes")
    web_threads: int = Field(
        4, ge=1, le=64, description="Threads in each web process, for pages and the database"
    )
    web_phone: Literal["anyone", "staff"] | None = Field(
        None,
        description="Who may dial at `/phone`, with invented numbers: `anyone` or `staff`; unset: "
        "anyone in a demo, staff in production",
    )
    var_dir: Path = Field(
        Path("var"), description="Where the embedded Redis, SQLite and metrics keep their files"
    )
    database_url: str | None = Field(
        None, description="PostgreSQL or SQLite; unset: SQLite in `VAR_DIR`"
    )
    database_seconds: float = Field(
        3.0, gt=0, le=60, description="Longest wait for a lock or a statement of the database"
    )
    redis_url: str | None = Field(
        None, description="Redis for jobs; unset: an embedded one in `VAR_DIR`"
    )
    sessions_redis_url: str | None = Field(
        None,
        description="Redis for USSD sessions, also `redis+sentinel://host:26379/service` and "
        "`redis+cluster://host:6379`; unset: the same as `REDIS_URL`",
    )
    redis_seconds: float = Field(
        1.0, gt=0, le=10, description="Longest wait for an answer of the sessions' Redis"
    )
    secret_key: str = Field(
        DEMO_SECRET_KEY, min_length=16, description="Signs the console's cookies"
    )
    webhook_secrets: CommaSeparated = Field(
        [DEMO_WEBHOOK_SECRET],
        min_length=1,
        description="Secrets accepted in callback paths, comma-separated; several while rotating",
    )
    trusted_gateways: CommaSeparated = Field(
        [], description="CIDRs that callbacks may come from, comma-separated; unset: any"
    )
    proxies: int = Field(
        0, ge=0, le=10, description="Reverse proxies in front, whose X-Forwarded-For is believed"
    )
    data_keys: CommaSeparated = Field(
        [DEMO_DATA_KEY],
        min_length=1,
        description="Encrypt phone numbers at rest; newest first, by commas (`flask keys new`)",
    )
    sms_gateway: Literal["africastalking", "console"] | None = Field(
        None,
        description="Takes every SMS. Unset: those of `SMS_PROVIDERS`, else Africa's Talking where "
        "there is a key, else the console",
    )
    sms_providers: Path | None = Field(
        None, description="YAML file of SMS providers and routes (docs/sms-providers.md)"
    )
    smtp_url: str | None = Field(
        None,
        description="Sends e-mails: `smtp://user:password@host:587/?from=guichet@mairie.example`, "
        "or `smtps://`; unset: none are sent",
    )
    at_username: str = Field("sandbox", min_length=1, description="Africa's Talking user name")
    at_api_key: str | None = Field(
        None, description="Africa's Talking API key; unset: SMS go to the log (`flask sms tail`)"
    )
    at_sender_id: str | None = Field(
        None, max_length=15, description="Sender that citizens see; unset: the account's own"
    )
    at_base_url: str | None = Field(
        None, description="Origin of the SMS API; unset: Africa's Talking's own"
    )
    at_shape: Literal["form", "bulk"] = Field(
        "form", description="How SMS are given to it: `bulk` is its newer JSON address"
    )
    sms_doubt_seconds: int = Field(
        120,
        ge=1,
        le=86_400,
        description="How long an SMS that may have left waits for its receipt, before its text's "
        "policy decides",
    )
    sms_per_number: int = Field(
        20, ge=0, le=1000, description="SMS that a number may get a day, calls apart; 0: any"
    )
    sms_keep_days: int = Field(
        90, ge=7, le=3650, description="After which an SMS's words and number are erased"
    )
    tickets_keep_days: int = Field(
        90, ge=7, le=3650, description="After which it is erased whose a ticket was"
    )
    cases_keep_days: int = Field(
        365,
        ge=1,
        le=36_500,
        description="After which it is erased whose a closed dossier is: phone, name, year, PIN",
    )
    readings_keep_days: int = Field(
        365, ge=7, le=3650, description="How long it is kept who asked for which dossier"
    )
    audit_keep_days: int = Field(
        1095,
        ge=90,
        le=36_500,
        description="How long the access log is kept: who saw or changed what",
    )
    data_controller: str | None = Field(
        None,
        max_length=40,
        description="Who answers for citizens' data, as they are told (docs/privacy.md)",
    )
    data_authority: str = Field(
        "CDP", max_length=20, description="Where they can complain of how their data are used"
    )
    sms_spend_cap: str | None = Field(
        None, description="What SMS may cost a day, such as `XOF 50000`; calls go beyond it"
    )
    alerts_to: CommaSeparated = Field(
        [], description="E-mail addresses and numbers (+E.164) that are told of alerts, by commas"
    )
    timezone: str = Field("Africa/Dakar", description="Zone of the offices, as in the IANA list")
    country_prefix: str = Field(
        "221", pattern=r"^[1-9][0-9]{0,3}$", description="Put before numbers typed without one"
    )
    default_language: str = Field(
        "fr", pattern=r"^[a-z]{2,3}$", description="Language of those who have not chosen one"
    )
    session_seconds: int = Field(
        180, ge=20, le=3600, description="How long the network keeps a USSD session open"
    )
    resume_seconds: int = Field(
        300,
        ge=0,
        le=3600,
        description="How long after that a session is kept, for one that dropped",
    )
    deadline_seconds: float = Field(
        4.0, ge=1, le=12, description="A dial is answered within this, whatever is slow or gone"
    )
    rate_per_number: int = Field(
        120, ge=0, le=10_000, description="Callbacks that one number may make a minute; 0: any"
    )
    rate_per_provider: int = Field(
        0, ge=0, le=1_000_000, description="Callbacks that one provider may make a second; 0: any"
    )
    api_per_address: int = Field(
        300,
        ge=0,
        le=100_000,
        description="Requests of the API that one address may make a minute; 0: any",
    )
    api_per_token: int = Field(
        600,
        ge=0,
        le=100_000,
        description="Requests of the API that one token's program may make a minute; 0: any",
    )
    connectors: Path | None = Field(
        None, description="YAML file of systems that dossiers come from (docs/connectors.md)"
    )
    webhooks_inside: bool = Field(
        False, description="Webhooks may go to plain HTTP, and into one's own network"
    )
    queue_seconds: float = Field(
        1.0, ge=0, le=60, description="How long a process goes on with what it knows of the queues"
    )
    played_time: str | None = Field(
        None, description="Time that runs faster, for demos and load: as in `moment.py`"
    )
    console_idle_minutes: int = Field(
        120,
        ge=1,
        le=1440,
        description="After which one who does nothing in the console is signed out",
    )
    console_url: str | None = Field(
        None,
        description="Where staff find the console, such as `https://guichet.mairie.example`: "
        "e-mails lead there; unset: invitations and forgotten passwords are not mailed",
    )
    console_two_steps: Literal["optional", "administrators"] = Field(
        "optional", description="Who must give a code of their phone's at sign-in: `administrators`"
    )
    console_hours: int = Field(
        12, ge=1, le=168, description="After which one signs in to the console again, in any case"
    )
    menu_approval: bool = Field(
        False, description="A draft of a menu needs a second person's approval to be published"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level that is logged"
    )

    @field_validator("webhook_secrets", "trusted_gateways", "data_keys", "alerts_to", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("webhook_secrets")
    @classmethod
    def _secrets_fit_a_path(cls, secrets: list[str]) -> list[str]:
        for secret in secrets:
            if not secret.replace("-", "").replace("_", "").isalnum() or not secret.isascii():
                raise ValueError("use letters, digits, - and _ only: a secret is part of a path")
        return secrets

    @field_validator("trusted_gateways")
    @classmethod
    def _cidrs(cls, networks: list[str]) -> list[str]:
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as wrong:
                raise ValueError(f"{wrong}; write a CIDR such as 196.201.214.0/24") from None
        return networks

    @field_validator("data_keys")
    @classmethod
    def _fernet_keys(cls, keys: list[str]) -> list[str]:
        for key in keys:
            try:
                Fernet(key)
            except ValueError:
                raise ValueError(
                    "each key is 32 bytes in base64; `flask keys new` makes one"
                ) from None
        return keys

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone; write one such as Africa/Dakar") from None
        return name

    @field_validator("database_url")
    @classmethod
    def _driver(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, _, rest = url.partition("://")
        if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
            return f"postgresql+psycopg://{rest}"
        if scheme == "sqlite":
            return url
        raise ValueError("write postgresql://user:password@host/name or sqlite:///file")

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, url: str | None) -> str | None:
        if url is not None and url.partition("://")[0] not in ("redis", "rediss", "unix"):
            raise ValueError("write redis://host:6379/0, rediss://… or unix:///path")
        return url

    @field_validator("sessions_redis_url")
    @classmethod
    def _sessions_scheme(cls, url: str | None) -> str | None:
        schemes = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster")
        if url is not None and url.partition("://")[0] not in schemes:
            raise ValueError(
                "write redis://host:6379/0, rediss://…, unix:///path, "
                "redis+sentinel://host:26379,…/service or redis+cluster://host:6379"
            )
        return url

    @field_validator("deadline_seconds")
    @classmethod
    def _time_for_redis(cls, seconds: float, info: ValidationInfo) -> float:
        redis = info.data.get("redis_seconds", 0)
        if seconds < 3 * redis:
            raise ValueError(
                f"three waits of REDIS_SECONDS ({redis:g}) must fit in it: raise it, or lower those"
            )
        return seconds

    @field_validator("at_base_url", "console_url")
    @classmethod
    def _origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(("http://", "https://")):
            raise ValueError("write an origin such as https://guichet.example")
        return url.rstrip("/")

    @field_validator("played_time")
    @classmethod
    def _played(cls, written: str | None, info: ValidationInfo) -> str | None:
        if written is None:
            return None
        if info.data.get("environment") == "production":
            raise ValueError("production lives in real time: unset it")
        from moment import parse  # which reads this setting

        parse(written)
        return written

    @field_validator("alerts_to")
    @classmethod
    def _addresses(cls, addresses: list[str]) -> list[str]:
        for address in addresses:
            if not re.fullmatch(r"[^@\s]+@[^@\s]+|\+[1-9]\d{7,14}", address):
                raise ValueError("write e-mail addresses or numbers such as +221770000001")
        return addresses

    @field_validator("sms_providers")
    @classmethod
    def _providers(cls, path: Path | None) -> Path | None:
        if path is not None:
            from sms import providers  # which imports only what needs no settings

            providers.load(path)
        return path

    @field_validator("connectors")
    @classmethod
    def _systems(cls, path: Path | None) -> Path | None:
        if path is not None:
            from cases.connectors import configured  # which imports only what needs no settings

            configured.load(path)
        return path

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, url: str | None) -> str | None:
        if url is not None:
            from sms.gateways import smtp

            smtp.server(url)
        return url

    @field_validator("sms_spend_cap")
    @classmethod
    def _money(cls, cap: str | None) -> str | None:
        if cap is not None and not re.fullmatch(r"[A-Z]{3} [0-9]+(\.[0-9]+)?", cap):
            raise ValueError("write a currency and an amount, such as XOF 50000")
        return cap

    @field_validator("default_language")
    @classmethod
    def _we_speak_it(cls, language: str) -> str:
        shipped = sorted(path.parent.name for path in (ROOT / "locales").glob("*/LC_MESSAGES"))
        if language not in ("fr", *shipped):
            raise ValueError(f"no such catalogue: there are fr, {', '.join(shipped)}")
        return language

    @field_validator("secret_key", "webhook_secrets", "data_keys", "at_api_key")
    @classmethod
    def _no_demo_in_production(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("environment") == "production":
            assert info.field_name is not None
            is_weak, instead = _WEAK[info.field_name]
            if is_weak(value, info.data):
                raise ValueError(f"production needs one of its own: {instead}")
        return value

    @property
    def phone_for_anyone(self) -> bool:
        """Whether `/phone` is also for those who have not signed in."""
        unsaid = "anyone" if self.environment == "demo" else "staff"
        return (self.web_phone or unsaid) == "anyone"

    @property
    def phone_acts(self) -> bool:
        """Whether what is dialled at `/phone` is done: in a demo, whose SMS reach nobody. Elsewhere
        it is played in memory, and touches nothing."""
        sends = self.sms_gateway == "africastalking" or (
            self.sms_gateway is None and (self.sms_providers or self.at_api_key) is not None
        )
        may_reach = sends and (self.sms_providers is not None or self.at_username != "sandbox")
        return self.environment == "demo" and not may_reach

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The URL really used, as SQLAlchemy wants it."""
        return self.database_url or f"sqlite:///{self.var_dir.absolute() / 'guichet.db'}"

    @property
    def embedded_redis_socket(self) -> Path:
        """Where the embedded Redis listens. A socket path holds 107 bytes at most (unix(7))."""
        path = self.var_dir.absolute() / "redis.sock"
        if len(str(path).encode()) <= 100:
            return path
        import hashlib  # only for the rare deep folder
        import tempfile

        name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"guichet-{name}.sock"

    @property
    def redis(self) -> str:
        return self.redis_url or f"unix://{self.embedded_redis_socket}"

    @property
    def sessions_redis(self) -> str:
        return self.sessions_redis_url or self.redis


# What production refuses: (value, the settings before it) -> whether it is too weak; what to do.
_WEAK: dict[str, tuple[Callable[[Any, dict[str, Any]], bool], str]] = {
    "secret_key": (
        lambda key, _: key == DEMO_SECRET_KEY,
        "32 random characters",
    ),
    "webhook_secrets": (
        lambda secrets, _: any(len(secret) < 16 for secret in secrets),
        "16 random characters or more, each",
    ),
    "data_keys": (
        lambda keys, _: DEMO_DATA_KEY in keys,
        "`flask keys new` makes one, with ENVIRONMENT unset",
    ),
    "at_api_key": (
        lambda key, before: (
            key is None
            and before.get("sms_gateway") != "console"
            and before.get("sms_providers") is None
        ),
        "the account's key, SMS_PROVIDERS, or SMS_GATEWAY=console to send no SMS at all",
    ),
}


class WrongSettings(SystemExit):
    """Settings that can't be used: the process ends with 2, having said all that is wrong."""

    def __init__(self, wrong: ValidationError) -> None:
        lines = ["Guichet can't start with these settings:"]
        for error in wrong.errors():
            name = str(error["loc"][0]).upper() if error["loc"] else "ENVIRONMENT"
            lines.append(f"  {name}: {error['msg'].removeprefix('Value error, ')}")
        self.report = "\n".join(lines)
        sys.stderr.write(f"{self.report}\n")
        super().__init__(2)


def load() -> Settings:
    """The settings of this environment. Raises WrongSettings with every complaint."""
    try:
        return Settings()
    except ValidationError as wrong:
        raise WrongSettings(wrong) from None


@lru_cache(maxsize=1)
def current() -> Settings:
    return load()


def table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ",".join(default) if isinstance(default, list) else default
        shown = "unset" if shown in (None, "") else f"`{shown}`"
        if shown == f"`{DEMO_DATA_KEY}`":
            shown = "a demo key"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)
