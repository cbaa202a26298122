"""``implicitbias explore``: points to move, and what follows, in a browser."""

from typing import Annotated

import typer

from .console import console


def explore(
    port: Annotated[
        int,
        typer.Option(metavar="PORT", help="Where the page is served, on this machine; 0: any that is free."),
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page, or only say where it is.")
    ] = True,
) -> None:
    """Open a page on which points move, and separators, limits and verdicts follow.

    Exit status: 0 when interrupted, or 2 where the port is in use.
    """
    from ..explorer.notebook import require_panel

    require_panel()
    from ..explorer.server import ADDRESS, free_port, serve

    port = free_port(port)
    console.print(
        f"The explorer is at http://{ADDRESS}:{port}; Ctrl-C ends it.", soft_wrap=True, highlight=False
    )
    serve(port, browser=browser)
