"""Settings: one place, read from the environment (`SILLOK_*`) or a `.env` file in the project's folder."""

import difflib
import os
import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows import __version__

ROOT = Path(__file__).resolve().parents[1]
"""The checkout. It is the installation: flows/, sql/ and data/ belong together."""


class SettingsError(Exception):
    """A setting that cannot be used; the message is one sentence for the person who set it."""


class Settings(BaseSettings):
    """What an operator may set. Every field is `SILLOK_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="SILLOK_", env_file=ROOT / ".env", extra="ignore", frozen=True)

    lake: Path = Field(ROOT / "data" / "lake", description="folder of the lake: catalogue, Parquet and WARC files")
    catalogue: str = Field(
        "",
        description="PostgreSQL database of the lake's catalogue, as postgres:host=db dbname=lake user=sillok, without "
        "a password (libpq's ~/.pgpass or PGPASSWORD has it); SQLite in the lake's folder if not set",
    )
    data: str = Field(
        "",
        pattern=r"^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.*'()-]+)*)?$",
        description="S3-compatible storage for the lake's Parquet files, as s3://bucket/prefix; keys and address by "
        "the usual AWS_ variables; the lake's folder if not set",
    )
    sources: Path = Field(ROOT / "data" / "sources", description="folder of the source files, one publisher a file")
    contact: str = Field(
        "", description="page or mailbox where publishers can reach you; live gathering waits until it is set"
    )
    runner: Literal["local", "dask"] = Field(
        "local", description="where pages are worked on: processes of this machine (local), or a Dask cluster (dask)"
    )
    dask_address: str = Field(
        "", description="scheduler for SILLOK_RUNNER=dask (tcp://host:8786); a cluster on this machine if not set"
    )
    workers: int = Field(
        default_factory=lambda: max(1, min(os.cpu_count() or 1, 8)), ge=1, le=256, description="worker processes"
    )
    page_seconds: float = Field(15.0, gt=0, le=600, description="deadline for one page in a worker, seconds")
    batch_pages: int = Field(
        64,
        ge=1,
        le=5000,
        description="pages a batch, one Parquet file a table; of many that wait, four times as many are read at once",
    )
    worker_memory_bytes: int = Field(4 * 2**30, ge=2**29, description="address space that one worker may use, bytes")
    warc_roll_bytes: int = Field(2**30, ge=2**20, description="size at which a WARC file is closed, bytes")
    refetch_hours: tuple[float, ...] = Field(
        (1.0, 24.0, 168.0), description="ages at which an article is asked for again, hours after its first capture"
    )
    entity_model_korean: Path | None = Field(
        None,
        description="folder of a model that finds the entities of Korean texts instead of the tagger; none by default",
    )
    entity_model_other: Path | None = Field(
        None,
        description="folder of a model that finds the entities of other texts instead of the rules; none by default",
    )
    notice_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="address that is sent JSON (subject, text) when a run of `sillok serve` fails; none by default",
    )
    retry_days: int = Field(14, ge=1, le=365, description="how long a listed URL that failed for now is tried again")

    @field_validator("lake", "sources")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("catalogue")
    @classmethod
    def _without_secret(cls, value: str) -> str:
        return database_words(value) if value.strip() else ""

    @field_validator("entity_model_korean", "entity_model_other", mode="before")
    @classmethod
    def _local(cls, value: object) -> object:
        if isinstance(value, str) and "://" in value:
            raise ValueError("it must be a folder on this machine: texts are never sent to a service")
        return Path(value).expanduser().absolute() if value and isinstance(value, str | Path) else None

    @property
    def user_agent(self) -> str:
        """Who we say we are: name, version and where to reach the operator. Never a browser's."""
        return f"Sillok/{__version__} (+{self.contact})"


def database_words(value: str) -> str:
    """The words or the address that libpq reads, of a database that is named as SILLOK_CATALOGUE names one.

    Raises ValueError where it names none, and where it holds a password: it stands in messages and in the lake.
    """
    words = value.strip()
    if not words.startswith(("postgres:", "postgresql:")):
        raise ValueError("it must begin with postgres: and name a database, as postgres:host=db dbname=lake")
    if re.search(r"\bpassword\s*=|://[^/@]*:[^/@]*@", words):
        raise ValueError("it must not hold a password: libpq takes that from the file ~/.pgpass")
    return words if "://" in words else words.partition(":")[2].strip()


@cache
def settings() -> Settings:
    """The settings in force, read once a process.

    Raises SettingsError naming the variable, what it holds and what it may hold; also for a `SILLOK_` variable of
    the environment that does not exist, since a misspelt setting would otherwise be ignored in silence.
    """
    known = {f"SILLOK_{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith("SILLOK_") and name.upper() not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(known))}"
            raise SettingsError(f"The setting {name} does not exist{hint}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SILLOK_{'_'.join(str(part) for part in first['loc'][:1]).upper()}"
        held = "set" if name == "SILLOK_CATALOGUE" else repr(first["input"])  # it may hold a password
        raise SettingsError(f"{name} is {held}: {first['msg'].lower()}") from None
    except ValueError as error:  # a list that is not JSON, for example
        raise SettingsError(str(error)) from None
