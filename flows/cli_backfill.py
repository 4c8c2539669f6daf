"""`sillok backfill`: years of the past, piece by piece."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli_runs import AsJson, finished, prepare_prefect, print_counts

app = typer.Typer(no_args_is_help=True, help="Bring in the past, so much a run; the next run goes on from there.")
_DAY = ["%Y-%m-%d"]


@app.command("sitemap")
def sitemap_(
    source: Annotated[str, typer.Argument(help="Publisher, by the name of its file in data/sources.")],
    sitemap: Annotated[str, typer.Argument(help="Address of a sitemap, or of an index of sitemaps.")],
    first_date: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day of the window.")],
    last_date: Annotated[datetime, typer.Option("--to", formats=_DAY, help="Last day of the window.")],
    most_pages: Annotated[
        int, typer.Option(min=1, max=9000, help="Pages that this run takes, the oldest first.")
    ] = 1000,
    seconds_between_requests: Annotated[
        float, typer.Option(min=0.5, max=60, help="Pause between two requests to one host.")
    ] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Gather a publisher's past by its sitemaps, politely, then read, annotate and publish it.

    Sitemaps whose address names a month outside the window are not asked for. Run it again for the next pages.
    """
    from flows.cli import check_lake

    check_lake()
    prepare_prefect()
    from flows.sitemap_archive import refuse, sitemap_archive

    first, last = first_date.date(), last_date.date()
    refuse(source, sitemap, first, last)
    run = sitemap_archive.with_options(retries=0)
    print_counts(finished(lambda: run(source, sitemap, first, last, most_pages, seconds_between_requests)), as_json)


@app.command("warcs")
def warcs_(
    path_list: Annotated[
        str, typer.Argument(help="warc.paths.gz, one path a line; or a folder or s3://bucket/prefix of WARC files.")
    ],
    base: Annotated[
        str, typer.Argument(help="Of a list: folder, s3://bucket/prefix or address that its paths are relative to.")
    ] = "",
    most_files: Annotated[int, typer.Option(min=1, max=1000, help="Files that this run takes, in order.")] = 1,
    hosts: Annotated[list[str] | None, typer.Option("--host", help="Only pages of this host and below; again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring in WARC files of a list (Common Crawl News, for example), a folder or a bucket, then read and publish them.

    Each file is read once: a run that was stopped is gone on with from the last page that was committed.
    """
    from flows.cli import check_lake
    from flows.steps.archives import is_away

    check_lake()
    listed, place = (one if is_away(one) or not one else str(Path(one).absolute()) for one in (path_list, base))
    prepare_prefect()
    from flows.warc_archive import check, warc_archive

    check(listed, place, most_files)
    run = warc_archive.with_options(retries=0)
    print_counts(finished(lambda: run(listed, place, most_files, hosts or [])), as_json)
