"""Web form for labelling messages in JupyterLab, served by the kernel.

The page comes from this machine over 127.0.0.1 under a secret address and is no part
of the notebook: what is saved with the notebook is an empty frame, never a message.
"""

from __future__ import annotations

import html
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd

from helpers.errors import ShequnError
from helpers.sentiment.labels.labelling import SKIP, Labelling, list_answers

HERE = "127.0.0.1"
LONGEST = 1_000  # bytes of an answer
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>labels</title>
<style>body{{font:16px/1.6 sans-serif;margin:1em}}p{{white-space:pre-wrap;
overflow-wrap:anywhere;unicode-bidi:plaintext;max-height:12em;overflow:auto}}
button{{font:inherit;margin-right:.5em}}</style>{body}</html>"""
QUESTION = """<small>{count}</small><p>{text}</p>
<form method="post"><input type="hidden" name="row" value="{row}">{buttons}</form>"""
BUTTON = '<button name="key" value="{key}" accesskey="{key}">{label} ({key})</button>'


def show_form(
    messages: pd.DataFrame,
    path: Path,
    *,
    kind: str = "tone",
    size: int = 400,
    seed: int = 1,
    whole: bool = False,
) -> Form:
    """Show a labelling form for a sample of messages in a notebook cell.

    The kernel must run on the computer that the browser runs on; else use
    `shequn label` in a terminal. Both write the same file, and each goes on where the
    other stopped.

    Parameters
    ----------
    messages
        ``message, group, text``, as `helpers.own_groups.hand_labels.messages_of` reads
        them.
    path
        The file of labels.
    kind, size, seed, whole
        What is asked, of how many messages, drawn by which seed, in whole groups.

    Raises
    ------
    ShequnError
        If nothing can be drawn, or the file is of other messages.
    """
    return Form(Labelling(messages, path, kind=kind, size=size, seed=seed, whole=whole))


class Form:
    """A local web page for labelling one message after another."""

    def __init__(self, labelling: Labelling) -> None:
        self._server = _Server(labelling)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Address of the labelling form."""
        return f"http://{HERE}:{self._server.server_port}{self._server.path}"

    def close(self) -> None:
        """Stop serving the labelling form; labels are already on disk."""
        self._server.shutdown()
        self._server.server_close()

    def _repr_html_(self) -> str:
        return f'<iframe src="{self.url}" width="100%" height="360"></iframe>'


def render_page(labelling: Labelling) -> str:
    """Render the HTML page with the next message to label."""
    done, drawn = labelling.progress
    if (row := labelling.row) is None:
        thanks = f"<p>{drawn} of {drawn} done. Thank you.</p>"
        return PAGE.format(body=thanks)
    keys = {**list_answers(labelling.kind), SKIP: "skip"}
    buttons = "".join(BUTTON.format(key=key, label=keys[key]) for key in keys)
    text = html.escape(labelling.text(row))
    count = f"{done + 1} of {drawn}: {labelling.kind.replace('_', ' ')}?"
    body = QUESTION.format(count=count, text=text, row=row, buttons=buttons)
    return PAGE.format(body=body)


class _Server(ThreadingHTTPServer):
    """A local web server of the labelling form."""

    daemon_threads = True

    def __init__(self, labelling: Labelling) -> None:
        super().__init__((HERE, 0), _Handler)
        self.labelling, self.lock = labelling, threading.Lock()
        self.path = f"/{secrets.token_urlsafe(24)}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if self._is_authorised():
            with self.server.lock:
                self._send(HTTPStatus.OK, render_page(self.server.labelling))

    def do_POST(self) -> None:
        if not self._is_authorised():
            return
        size = min(int(self.headers.get("Content-Length") or 0), LONGEST)
        sent = parse_qs(self.rfile.read(size).decode("ascii", "replace"))
        row, key = (sent.get(name, [""])[0] for name in ("row", "key"))
        try:
            with self.server.lock:
                if row == str(self.server.labelling.row):  # not a page sent twice
                    self.server.labelling.answer(int(row), key)
                response = render_page(self.server.labelling)
        except ShequnError as error:
            response = PAGE.format(body=f"<p>{html.escape(str(error))}</p>")
        self._send(HTTPStatus.OK, response)

    def _is_authorised(self) -> bool:
        if secrets.compare_digest(self.path.encode(), self.server.path.encode()):
            return True
        self.send_error(HTTPStatus.NOT_FOUND)
        return False

    def _send(self, status: HTTPStatus, text: str) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as overridden
        """Suppress logging of addresses and answers."""
