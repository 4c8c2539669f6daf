"""What the machine refuses, told in a sentence: a full or read-only disk, too many open files, a locked catalogue."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flows.lake.catalog import LakeError

KEPT = "What was committed is kept, and nothing of what was under way can be seen; the same command goes on from there"


class SurroundingsError(LakeError):
    """The machine refused something; nothing is wrong with the lake or the code."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that a machine refuses: how it is told by the system, by DuckDB, SQLite and polars, and what to do."""

    numbers: frozenset[int]
    texts: tuple[str, ...]
    what: str
    to_do: str


TROUBLES = (
    Trouble(
        frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG}),
        ("no space left on device", "disk quota exceeded", "database or disk is full", "file too large"),
        "The disk is full",
        "Make room (`sillok maintain` removes what the lake needs no more) or move the lake (SILLOK_LAKE)",
    ),
    Trouble(
        frozenset({errno.EROFS}),
        ("read-only file system", "attempt to write a readonly database"),
        "The disk can only be read",
        "Find out why (a disk with faults is often made read-only: `dmesg` tells), make it writable",
    ),
    Trouble(
        frozenset({errno.EACCES, errno.EPERM}),
        ("permission denied",),
        "The system denies this user access",
        "Let the user who runs Sillok own the lake's folder and all in it",
    ),
    Trouble(
        frozenset({errno.EMFILE, errno.ENFILE}),
        ("too many open files",),
        "No more files can be opened",
        "Raise the limit (`ulimit -n 4096`), or lower SILLOK_WORKERS",
    ),
    Trouble(
        frozenset({errno.EIO}),
        ("input/output error", "disk i/o error"),
        "The disk failed to read or to write",
        "Look after the disk (`dmesg`, `smartctl`), then `sillok verify`: it names whatever was damaged",
    ),
    Trouble(
        frozenset(),
        ("unable to open database file",),
        "The catalogue cannot be opened",
        "The disk is full or read-only, the lake's folder is another user's, or too many files are open "
        "(`df`, `ls -l`, `ulimit -n`)",
    ),
    Trouble(
        frozenset(),
        ("database is locked", "database table is locked"),
        "Another program holds the catalogue locked",
        "End it (`fuser -v catalog.sqlite` in the lake's folder names it); Sillok itself never does that",
    ),
)


@contextmanager
def told() -> Iterator[None]:
    """Tell what the machine refuses to whatever is done inside as a SurroundingsError."""
    try:
        yield
    except LakeError:
        raise
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        raise SurroundingsError(said) from error


def sentence(error: BaseException) -> str | None:
    """What happened, what is kept and what to do; None for an error that the machine has no part in."""
    for one in _chain(error):
        number = one.errno if isinstance(one, OSError) else None
        said = str(one).lower()
        for trouble in TROUBLES:
            if number in trouble.numbers or (_is_of_a_library(one) and any(text in said for text in trouble.texts)):
                return f"{trouble.what} ({_where(one, trouble)}). {KEPT}. {trouble.to_do}"
    return None


def _where(error: BaseException, trouble: Trouble) -> str:
    """The file, or the line of a library's message that tells."""
    if isinstance(error, OSError) and error.filename:
        return str(error.filename)
    lines = str(error).splitlines() or [type(error).__name__]
    return next((line for line in lines if any(text in line.lower() for text in trouble.texts)), lines[0])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_of_a_library(error: BaseException) -> bool:
    """Whether an error comes from a library that tells the system's refusal in its own words."""
    return isinstance(error, OSError) or type(error).__module__.partition(".")[0].strip("_") in {
        "duckdb",
        "polars",
        "sqlite3",
    }
