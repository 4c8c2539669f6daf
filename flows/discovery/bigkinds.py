"""BigKinds' spreadsheet of search results: what was published, with headline and address, but without the article."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from flows.addresses import normalise
from flows.discovery.listing import ChannelKind, Listing

NEEDED = ("뉴스 식별자", "일자", "언론사", "제목", "URL")
"""Of its nineteen columns those that a listing is made of; all of them are named in sql/mart/bigkinds.sql."""
TIMEZONE = "Asia/Seoul"
MAX_UNPACKED_BYTES = 500 * 2**20  # an export of 20,000 rows, the most there is, unpacks to some 60 MB
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a spreadsheet cannot be read any further; what stands behind it is not known."""

    says: str


def is_bigkinds(path: Path) -> bool:
    """Whether a file is such a spreadsheet: its first row has the headings. False for anything that is no XLSX."""
    if path.suffix.lower() != ".xlsx" or not path.is_file():
        return False
    first = next(_rows(path), ())
    return not isinstance(first, Broken) and set(NEEDED) <= set(first)


def listings(path: Path, source_id: str) -> Iterator[Listing | Broken | None]:
    """One listing a row, in order; None for a row without headline and address.

    A row without a usable address goes by its news identifier, as `urn:bigkinds:ID`. The day of publication is stated
    at its first moment in Seoul. Where the file breaks, Broken comes last.
    """
    heads: list[str] = []
    for cells in _rows(path):
        if isinstance(cells, Broken):
            yield cells
        elif not heads:
            heads = list(cells)
        else:
            yield _listing(dict(zip(heads, cells, strict=False)), path, source_id)


def _listing(row: Mapping[str, str], path: Path, source_id: str) -> Listing | None:
    raw = row.get("URL", "")
    identifier = row.get("뉴스 식별자", "")
    url = normalise(raw) or (f"urn:bigkinds:{identifier}" if identifier else None)
    if url is None:
        return None
    day = row.get("일자", "")
    return Listing(
        source_id,
        ChannelKind.IMPORT,
        path.name,
        url,
        raw or url,
        title=row.get("제목") or None,
        stated_at=_day(day),
        stated_raw=day or None,
        publication=row.get("언론사") or None,
        lang="ko",
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=ZoneInfo(TIMEZONE)).astimezone(UTC)
    except ValueError:
        return None


def _rows(path: Path) -> Iterator[Sequence[str] | Broken]:
    """Cells as text, row by row. The sheet is streamed; a file that is too large, or has a DTD, has no rows."""
    try:
        if not _is_harmless(path):
            return
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for cells in book.worksheets[0].iter_rows(values_only=True):
                yield ["" if cell is None else str(cell).strip() for cell in cells]
        finally:
            book.close()
    except Exception as error:  # hostile bytes in somebody else's parser: the rows before them stand
        yield Broken(f"{type(error).__name__}: {error}"[:200])


def _is_harmless(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
            return False
        for part in archive.infolist():
            with archive.open(part) as file:
                if b"<!DOCTYPE" in file.read(_HEAD_BYTES).upper():
                    return False
    return True
