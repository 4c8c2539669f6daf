"""Figures of accuracy cannot rot unseen: they name columns and versions that are there, and the docs say the same."""

import re
from pathlib import Path
from typing import Any

import pytest

from flows.enrichment.annotator import annotator
from flows.extraction.article import EXTRACTOR
from flows.lake import views
from flows.lake.batches import Writer, writing
from flows.linking import copies, reporters, stories, versions
from flows.steps import measuring
from flows.steps.publishing import SQL, publish

ROOT = Path(__file__).parents[2]
PRESENT = {EXTRACTOR, *annotator().split(), copies.LINKER, reporters.LINKER, stories.LINKER, versions.DIFFER}
MEASURED = {"articles", "rights", "people", "organisations", "quotes", "dates_mentioned", "statements", "amounts",
            "events", "copies", "story_articles"}  # fmt: skip
"""Marts of whose columns docs/extraction.md, annotation.md or linking.md print a figure."""
FIGURES = measuring.figures()


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['mart']}-{row['field']}-{row['figure']}-{row['set']}")
def test_a_figure_names_a_column_that_is_there_and_the_version_that_is_used_now(row: dict[str, Any]) -> None:
    marts = {file.name: file for file in views.read(SQL)}
    assert row["field"] in marts[row["mart"]].columns
    assert row["made_by"] in PRESENT, "measure the new version, write the figures down, or say `not measured`"
    assert row["figure"] in {"f1", "exact_share", "right_share", "precision", "recall"}
    assert (row["value"] is None) == (row["set"] == "none") == ("not measured" in row["how"])


def test_every_mart_with_a_measured_figure_has_it() -> None:
    assert {row["mart"].removeprefix("mart.") for row in FIGURES if row["value"] is not None} == MEASURED


@pytest.mark.parametrize(
    "row", [row for row in FIGURES if str(row["how"]).startswith(("make ", "python -m "))], ids=str
)
def test_a_figure_is_the_one_that_the_docs_print_and_its_command_is_a_target(row: dict[str, Any]) -> None:
    docs = "\n".join(
        (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("extraction", "annotation", "linking")
    )
    printed = re.escape(f"{row['value']:.4f}".rstrip("0").removeprefix("0"))
    assert re.search(rf"(?<![\d.]){printed}0*(?!\d)", docs), row
    command, target = str(row["how"]).split()[0], str(row["how"]).split()[1]
    if command == "python":
        assert (ROOT / str(row["how"]).split()[2].replace(".", "/")).with_suffix(".py").is_file()
        return
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def values(writer: Writer) -> dict[str, Any]:
    rows = writer.connection.execute("SELECT field, value, low, high FROM lake.mart.accuracy").fetchall()
    return {field: rest for field, *rest in rows}


def test_the_view_holds_the_file_loaded_last_also_when_it_is_an_old_one(tmp_path: Path) -> None:
    head = "mart,field,set,set_size,figure,value,measured_date,made_by,how\n"
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(head + "mart.people,name,pages,100,right_share,0.9,2026-01-01,people/1,make x\n")
    new.write_text(head + "mart.people,role,pages,23,f1,1.0,2026-01-01,people/2,make x\n")
    with writing(tmp_path / "lake", "test") as writer:
        publish(writer)
        assert [measuring.load(writer, path) for path in (old, old, new)] == [True, False, True]
        assert values(writer) == {"role": [1.0, None, None]}  # f1 is no share: no interval is claimed
        assert measuring.load(writer, old)
        ((value, low, high),) = values(writer).values()
        assert (value, round(low, 3), round(high, 3)) == (0.9, 0.826, 0.945)  # Wilson's interval, as tables print it
