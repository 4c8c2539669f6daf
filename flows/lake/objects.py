"""Objects in S3-compatible storage, as boto3 reaches them: credentials, repeats, refusals, what lies below a prefix.

Keys come from the environment or AWS's own files. The package is an extra: nothing here loads it before it is needed.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from flows.durable import sync
from flows.lake.storage import LakeError

TRIES = 8
"""Of a request that the storage throttles or fails, with pauses that double: about a minute."""


@cache
def session() -> Any:  # noqa: ANN401 - the package is an extra
    """Credentials and region as the environment has them. Raises LakeError where the package is missing."""
    try:
        import boto3  # noqa: PLC0415 - an extra
    except ImportError:
        raise LakeError(
            "S3-compatible storage needs the package boto3: `make setup` installs it, "
            "and so does `pip install --editable '.[s3]'`"
        ) from None
    return boto3.Session()


@cache
def client() -> Any:  # noqa: ANN401 - the package is an extra
    """What requests are made with."""
    from botocore.config import Config  # noqa: PLC0415 - an extra

    return session().client("s3", config=Config(retries={"max_attempts": TRIES, "mode": "standard"}))


def refusals() -> tuple[type[Exception], ...]:
    """What is raised where the storage refuses or cannot be reached."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - an extra
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    return (Boto3Error, BotoCoreError, ClientError)


def code(error: Exception) -> str:
    """The storage's own word for why."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def refused(data: str, error: Exception, says: str = "") -> NoReturn:
    """Raise LakeError with a sentence that says so, in the error's own words if no others are given."""
    says = says or " ".join(str(error).split())
    raise LakeError(
        f"The storage at {data} does not do as asked ({says}): start the run again; what was committed is kept"
    ) from error


def place_of(address: str, name: str) -> tuple[str, str]:
    """Bucket and key of what lies under a name below s3://bucket/prefix."""
    bucket, _, key = "/".join(one for one in (address.removeprefix("s3://").strip("/"), name) if one).partition("/")
    return bucket, key


def below(address: str) -> Iterator[tuple[str, int]]:
    """(name below the prefix, bytes) of every object, in the order of the names. Raises LakeError."""
    bucket, key = place_of(address, "")
    prefix = f"{key}/" if key else ""
    try:
        for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for one in page.get("Contents", ()):
                if name := one["Key"].removeprefix(prefix):
                    yield name, int(one["Size"])
    except refusals() as error:
        refused(address, error)


def head(address: str, name: str, size: int) -> bytes:
    """The first bytes of an object. Raises LakeError where it is not there or not given."""
    bucket, key = place_of(address, name)
    try:
        told = client().get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{size - 1}")
        return bytes(told["Body"].read())
    except refusals() as error:
        if code(error) == "InvalidRange":
            return b""  # it has no byte
        refused(f"s3://{bucket}/{key}", error)


def fetch(address: str, name: str, path: Path) -> None:
    """Copy an object into a file, which gets its name when it is whole. Raises LakeError, OSError."""
    bucket, key = place_of(address, name)
    temporary = path.with_name(f"{path.name}.part")
    try:
        client().download_file(bucket, key, str(temporary))
    except refusals() as error:
        refused(f"s3://{bucket}/{key}", error)
    sync(temporary)
    temporary.replace(path)
