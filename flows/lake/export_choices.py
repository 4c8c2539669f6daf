"""What an export may be for and which files it may be: apart from `exports`, so that naming them loads no database."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the file is for: which verdicts must say `allowed`."""

    REPRODUCTION = "reproduction"  # a copy that stays with whoever makes it
    REDISTRIBUTION = "redistribution"  # a copy to be given on: reproduction and redistribution
    AI_TRAINING = "ai-training"  # only articles whose publishers allow it


class ExportFormat(StrEnum):
    """What kind of file."""

    PARQUET = "parquet"
    JSONL = "jsonl"  # one object a line
    CSV = "csv"
    XLSX = "xlsx"
    DUCKDB = "duckdb"  # all marts in one database
