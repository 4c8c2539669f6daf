"""The lake's Parquet files wherever they lie: in its folder, or as objects in S3-compatible storage.

Names are as the catalogue and the ledger have them: `files/`, schema, table and file. WARC files always lie in the
folder.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import duckdb

from flows.durable import make_folder, sync
from flows.lake.literals import literal
from flows.lake.storage import LakeError, Storage, storage_of

FOLDER = "files"
PIECE_BYTES = 2**20
TRIES = 8
"""Of a request that the storage throttles or fails, with pauses that double: about a minute."""


def place(lake: Path, storage: Storage | None = None) -> str:
    """The folder or the prefix that all of them lie under, with a slash at its end."""
    data = (storage or storage_of(lake)).data
    return f"{data}/" if data else f"{lake / FOLDER}/"


def address(lake: Path, name: str) -> str:
    """Where DuckDB reads one of them."""
    return place(lake) + name.removeprefix(f"{FOLDER}/")


def bring(lake: Path, source: Path, name: str) -> None:
    """Put a file of the same file system as the lake under a name, durably. What had the name before is gone.

    Raises LakeError where the storage refuses it, OSError where the disk does.
    """
    data = storage_of(lake).data
    if not data:
        path = lake / name
        make_folder(path.parent)
        path.unlink(missing_ok=True)  # of a commit that was killed before it was one
        path.hardlink_to(source)  # the worker's own name goes only after the commit, so that a retry finds it
        sync(path.parent)
        return
    bucket, key = _object(data, name)
    try:
        _client().upload_file(str(source), bucket, key, ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    except _refusals() as error:
        _refused(data, error)


def size(lake: Path, name: str) -> int | None:
    """Bytes of one of them; None where it is not there. Raises LakeError where the storage does not answer."""
    data = storage_of(lake).data
    if not data:
        try:
            return (lake / name).stat().st_size
        except OSError:
            return None
    bucket, key = _object(data, name)
    try:
        return int(_client().head_object(Bucket=bucket, Key=key)["ContentLength"])
    except _refusals() as error:
        if _code(error) in {"404", "NoSuchKey", "NotFound"}:
            return None
        _refused(data, error)


def digest(lake: Path, name: str) -> tuple[str, int]:
    """SHA-256 of one of them, and its bytes. Raises OSError where it cannot be read."""
    data = storage_of(lake).data
    if not data:
        return digest_of_part(lake / name, 0, None)
    found, length = hashlib.sha256(), 0
    bucket, key = _object(data, name)
    try:
        for piece in _client().get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(PIECE_BYTES):
            found.update(piece)
            length += len(piece)
    except _refusals() as error:
        raise OSError(f"{data}: {name}: {error}") from None
    return found.hexdigest(), length


def digest_of_part(path: Path, begin: int, end: int | None) -> tuple[str, int]:
    """SHA-256 of a part of a file, and how many bytes it has. Raises OSError."""
    found, length = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        file.seek(begin)
        while end is None or begin + length < end:
            piece = file.read(PIECE_BYTES if end is None else min(PIECE_BYTES, end - begin - length))
            if not piece:
                break
            found.update(piece)
            length += len(piece)
    return found.hexdigest(), length


def total_bytes(lake: Path) -> int:
    """Bytes of all that lie there."""
    data = storage_of(lake).data
    if not data:
        return sum(path.stat().st_size for path in (lake / FOLDER).rglob("*") if path.is_file())
    bucket, key = _object(data, "")
    try:
        pages = _client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        return sum(one["Size"] for page in pages for one in page.get("Contents", ()))
    except _refusals() as error:
        _refused(data, error)


def check(storage: Storage) -> None:
    """Raise LakeError where the storage cannot be reached with what the environment says: before anything is made."""
    if not storage.data:
        return
    try:
        _client().list_objects_v2(Bucket=_object(storage.data, "")[0], MaxKeys=1)
    except _refusals() as error:
        _refused(storage.data, error)


def allow(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Let a connection with httpfs loaded reach the storage, by the credentials that the environment names."""
    client = _client()
    credentials = _session().get_credentials()
    if credentials is None:
        raise LakeError(f"SILLOK_DATA is {storage.data!r}, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
    frozen, endpoint = credentials.get_frozen_credentials(), urlsplit(client.meta.endpoint_url)
    told = {"KEY_ID": frozen.access_key, "SECRET": frozen.secret_key, "REGION": client.meta.region_name or "us-east-1"}
    if frozen.token:
        told["SESSION_TOKEN"] = frozen.token
    if not str(endpoint.hostname).endswith("amazonaws.com"):
        told |= {"ENDPOINT": endpoint.netloc, "URL_STYLE": "path", "USE_SSL": str(endpoint.scheme == "https").lower()}
    words = ", ".join(f"{name} {literal(value)}" for name, value in told.items())
    connection.execute(f"CREATE OR REPLACE SECRET sillok (TYPE s3, SCOPE {literal(storage.data)}, {words})")
    connection.execute(f"SET http_retries = {TRIES}; SET http_retry_wait_ms = 200; SET http_retry_backoff = 2")


@cache
def _session() -> Any:  # noqa: ANN401 - the package is an extra
    try:
        import boto3  # noqa: PLC0415 - an extra
    except ImportError:
        raise LakeError(
            "SILLOK_DATA names S3-compatible storage, which needs the package boto3: `make setup` installs it, "
            "and so does `pip install --editable '.[s3]'`"
        ) from None
    return boto3.Session()


@cache
def _client() -> Any:  # noqa: ANN401 - the package is an extra
    from botocore.config import Config  # noqa: PLC0415 - an extra

    return _session().client("s3", config=Config(retries={"max_attempts": TRIES, "mode": "standard"}))


def _refusals() -> tuple[type[Exception], ...]:
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - an extra
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    return (Boto3Error, BotoCoreError, ClientError)


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _refused(data: str, error: Exception) -> NoReturn:
    says = " ".join(str(error).split())
    raise LakeError(
        f"The storage at {data} does not do as asked ({says}): start the run again; what was committed is kept"
    ) from error


def _object(data: str, name: str) -> tuple[str, str]:
    parts = urlsplit(data)
    prefix = parts.path.strip("/")
    return parts.netloc, "/".join(part for part in (prefix, name.removeprefix(f"{FOLDER}/")) if part)
