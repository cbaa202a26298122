"""The explorer in a browser: a server on this machine, for this machine alone."""

import logging
import socket
from threading import Thread
from typing import Any

from .._arguments import whole_number
from ..errors import InvalidValueError
from .page import Explorer
from .presets import PRESETS
from .scene import whole_scene

ADDRESS = "127.0.0.1"
_FIRST = "theorem-5"


def serve(port: int, *, browser: bool, wait: bool = True) -> Any:
    """Serve the explorer until it is interrupted.

    Parameters
    ----------
    port : int
        0 for any that is free.
    browser : bool
        Whether to open it in the browser.
    wait : bool, default True
        Whether to return only when the server has ended.

    Returns
    -------
    panel.io.server.Server

    Raises
    ------
    InvalidValueError
        If the port is none, or another program listens on it.
    """
    import panel as pn

    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)  # a closed page is no reason for one
    port = free_port(port)
    Thread(target=whole_scene, args=(PRESETS[_FIRST].state(),)).start()  # while the page opens
    origins = [f"{name}:{port}" for name in (ADDRESS, "localhost")]
    return pn.serve(
        {"/": _page},
        port=port,
        address=ADDRESS,
        websocket_origin=origins,
        show=browser,
        start=wait,
        verbose=False,
        title="implicitbias explorer",
    )


def free_port(port: int) -> int:
    """Return the port, if no program listens on it; for 0 return any that is free.

    Raises
    ------
    InvalidValueError
        If it is no port, or another program listens on it.
    """
    port = whole_number(port, "port", 0, 65535)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise InvalidValueError(
                f"port: expected one that is free, got {port} ({error.strerror}); write --port "
                f"{port + 1 if port < 65535 else port - 1}, or --port 0 for any"
            ) from None
        return int(probe.getsockname()[1])


def _page() -> Any:
    import panel as pn

    pn.config.raw_css = [*pn.config.raw_css, _BODY] if _BODY not in pn.config.raw_css else pn.config.raw_css
    return Explorer(PRESETS[_FIRST].state(), preset=_FIRST, served=True)


_BODY = "html, body { margin: 0; background: #f4f5f7; } html[data-theme=dark] body { background: #0f1114; }"
