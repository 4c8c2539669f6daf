"""The lake's Parquet files wherever they lie: in its folder, or as objects in S3-compatible storage.

Names are as the catalogue and the ledger have them: `files/`, schema, table and file. WARC files always lie in the
folder.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from flows.durable import make_folder, sync
from flows.lake import objects
from flows.lake.literals import literal
from flows.lake.storage import LakeError, Storage, storage_of

FOLDER = "files"
PIECE_BYTES = 2**20


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
        objects.client().upload_file(str(source), bucket, key, ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    except objects.refusals() as error:
        objects.refused(data, error)


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
        return int(objects.client().head_object(Bucket=bucket, Key=key)["ContentLength"])
    except objects.refusals() as error:
        if objects.code(error) in {"404", "NoSuchKey", "NotFound"}:
            return None
        objects.refused(data, error)


def digest(lake: Path, name: str) -> tuple[str, int]:
    """SHA-256 of one of them, and its bytes. Raises OSError where it cannot be read."""
    data = storage_of(lake).data
    if not data:
        return digest_of_part(lake / name, 0, None)
    found, length = hashlib.sha256(), 0
    bucket, key = _object(data, name)
    try:
        for piece in objects.client().get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(PIECE_BYTES):
            found.update(piece)
            length += len(piece)
    except objects.refusals() as error:
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


@contextmanager
def local(lake: Path, name: str) -> Iterator[Path]:
    """One of them as a file of this machine: itself, or a copy of the object that goes again.

    Raises LakeError where the storage does not give it.
    """
    data = storage_of(lake).data
    if not data:
        yield lake / name
        return
    with tempfile.TemporaryDirectory(dir=lake) as folder:
        path = Path(folder) / Path(name).name
        objects.fetch(data, name.removeprefix(f"{FOLDER}/"), path)
        yield path


def copy(lake: Path, name: str, target: Path) -> None:
    """Copy an object into a file, durably. Raises LakeError where the storage does not give it."""
    objects.fetch(storage_of(lake).data, name.removeprefix(f"{FOLDER}/"), target)


def set_aside(lake: Path, name: str, target: Path) -> None:
    """Move one of them into a file of the lake's folder; one that is gone needs nothing. Raises LakeError, OSError."""
    data = storage_of(lake).data
    if not data:
        if (lake / name).exists():
            (lake / name).rename(target)
    elif size(lake, name) is not None:
        objects.fetch(data, name.removeprefix(f"{FOLDER}/"), target)
        remove(lake, name)


def remove(lake: Path, name: str) -> None:
    """Take one of them away for good; one that is gone needs nothing. Raises LakeError, OSError."""
    data = storage_of(lake).data
    if not data:
        path = lake / name
        path.unlink(missing_ok=True)
        sync(path.parent)
        return
    bucket, key = _object(data, name)
    try:
        objects.client().delete_object(Bucket=bucket, Key=key)
    except objects.refusals() as error:
        objects.refused(data, error)


def total_bytes(lake: Path) -> int:
    """Bytes of all that lie there."""
    data = storage_of(lake).data
    if not data:
        return sum(path.stat().st_size for path in (lake / FOLDER).rglob("*") if path.is_file())
    return sum(size_bytes for _, size_bytes in objects.below(data))


def check(storage: Storage) -> None:
    """Raise LakeError where the storage cannot be reached with what the environment says: before anything is made."""
    if not storage.data:
        return
    try:
        objects.client().list_objects_v2(Bucket=_object(storage.data, "")[0], MaxKeys=1)
    except objects.refusals() as error:
        objects.refused(storage.data, error)


def allow(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Let a connection with httpfs loaded reach the storage, by the credentials that the environment names."""
    client = objects.client()
    credentials = objects.session().get_credentials()
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
    connection.execute(f"SET http_retries = {objects.TRIES}; SET http_retry_wait_ms = 200; SET http_retry_backoff = 2")


def _object(data: str, name: str) -> tuple[str, str]:
    return objects.place_of(data, name.removeprefix(f"{FOLDER}/"))
