"""`sillok move-catalogue`: the lake's catalogue from SQLite into PostgreSQL, and back."""

from typing import Annotated

import typer
from rich.console import Console

from flows.cli_runs import AsJson, print_json
from flows.settings import SettingsError, database_words, settings

out = Console()
err = Console(stderr=True)


def move_catalogue(
    target: Annotated[str, typer.Argument(help="postgres:host=db dbname=lake user=sillok, or sqlite.")],
    as_json: AsJson = False,
) -> None:
    """Move the catalogue into a PostgreSQL database, so that several hosts can write, or back into the lake's folder.

    Parquet and WARC files stay where they are. The lake's folder remembers where its catalogue lies. The old catalogue
    stays under another name (catalog.sqlite.moved, or the schema sillok_moved) until you delete it.
    """
    from flows.lake.moving import move
    from flows.lake.storage import Storage

    if settings().catalogue:
        raise SettingsError("SILLOK_CATALOGUE is set: unset it first, the lake's folder remembers where it is moved to")
    try:
        words = "" if target.strip() == "sqlite" else database_words(target)
    except ValueError as error:
        raise SettingsError(f"The catalogue cannot be moved there: {error}") from None
    with err.status("Moving the catalogue"):
        snapshot = move(settings().lake, Storage(words))
    if as_json:
        print_json({"lake": settings().lake, "catalogue": target, "snapshot": snapshot})
        return
    out.print(f"{settings().lake}: catalogue moved to {target}, snapshot {snapshot}", highlight=False, markup=False)
