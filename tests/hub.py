"""A small hub on this machine: it lists models and gives their files, in pieces, from any byte on, as wished badly."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SHA = "a" * 40


class Hub:
    """`files` of `name`; `faults` are what goes wrong, one for each file asked for: 'cut', 401, 'ranges', 'lie' ..."""

    def __init__(self, name: str, files: dict[str, bytes]) -> None:
        self.name, self.files = name, dict(files)
        self.faults: list[Any] = []
        self.status = 200  # of the answer about the model
        self.small: set[str] = set()  # files that git keeps itself
        self.licence = "apache-2.0"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.address = self.elsewhere = ""

    def told(self) -> bytes:
        rows = [self._row(name, data) for name, data in self.files.items()]
        return json.dumps({"sha": SHA, "siblings": rows, "cardData": {"license": self.licence}}).encode()

    def _row(self, name: str, data: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        row = {"rfilename": name, "size": len(data), "blobId": blob}
        return (
            row
            if name in self.small
            else row | {"lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}}
        )

    @property
    def ranges(self) -> list[str]:
        """The ranges that were asked for, '' where all of a file was."""
        return [headers.get("Range", "") for path, headers in self.asked if path.startswith("/files/")]


class Answers(BaseHTTPRequestHandler):
    """What a hub answers; each hub has its own kind, with itself in it."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        hub = self.hub
        hub.asked.append((self.path, dict(self.headers)))
        start = f"/{hub.name}/resolve/{SHA}/"
        if self.path.startswith(f"/api/models/{hub.name}/"):
            self._say(hub.status, hub.told())
        elif self.path.startswith(start):
            self._send_on(self.path.removeprefix(start))
        elif self.path.startswith("/files/"):
            self._file(hub.files[self.path.removeprefix("/files/").replace("%20", " ")])
        else:
            self._say(404, b"")

    def _send_on(self, name: str) -> None:
        """To where the file lies, unless a refusal is due."""
        if self.hub.faults and isinstance(self.hub.faults[0], int):
            self._say(self.hub.faults.pop(0), b"")
        else:
            self._say(302, b"", Location=f"{self.hub.elsewhere}/files/{name}")

    def _file(self, data: bytes) -> None:
        fault = self.hub.faults.pop(0) if self.hub.faults else None
        wish = self.headers.get("Range", "")
        first = int(wish.removeprefix("bytes=").rstrip("-")) if wish and fault != "ranges" else 0
        rest = data[first:] if fault != "lie" else bytes(len(data) - first)
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: len(rest) // 2] if fault == "cut" else rest)
        if fault == "cut":
            self.close_connection = True

    def _say(self, code: int, text: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """`hub`, at its address on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OfThisHub", (Answers,), {"hub": hub}))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    hub.address, hub.elsewhere = (f"http://{host}:{server.server_port}" for host in ("127.0.0.1", "localhost"))
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
