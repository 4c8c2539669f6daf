"""`sillok explore`: the corpus to look at, in a browser, on this machine."""

import ipaddress
from typing import Annotated

import typer
from rich.console import Console

from flows.settings import settings

err = Console(stderr=True)

PORT = 8380


def explore_(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = PORT,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; other than loopback others can ask, and texts obey their rights."),
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None, typer.Option(help="Name by which others ask for it, beside its address; repeat.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long one question may take.")] = 20.0,
) -> None:
    """Look at the corpus in a browser: search, articles, trends, networks, quotations, stories, completeness, SQL.

    Reads only, and only from this machine unless --host says otherwise. Every view stands in its address, so that it
    can be sent to somebody, and can be taken as CSV, JSON, PNG, SVG and SQL. Runs may write the lake meanwhile.
    """
    import socket

    import uvicorn

    from flows.explore_server import application

    is_open = is_loopback(host)
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        from flows.lake.catalog import LakeError

        raise LakeError(
            f"Port {port} of {host} cannot be listened on ({error.strerror or error}): --port takes another one"
        ) from error
    chosen = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    if not is_open:
        err.print(
            f"Whoever reaches {host} can ask this lake everything, without a password. Words of articles are shown "
            "only where their rights let them be passed on; headlines, names, counts and links are shown to all.",
            style="bold red",
        )
    err.print(f"Explore: http://{shown}:{chosen}/   (Ctrl-C ends)", highlight=False, soft_wrap=True)
    app = application(settings().lake, is_open, tuple(name or ()), seconds)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
