"""A scripted OpenAI-compatible endpoint on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, steps: list[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps = steps
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.models: list[str] | None = None
        self.listing: Step | None = None
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(json.loads(body))
        self.server.keys.append(self.headers.get("Authorization", ""))
        step = self.server.steps[min(len(self.server.requests), len(self.server.steps)) - 1]
        with suppress(BrokenPipeError, ConnectionResetError):
            step(self)

    def do_GET(self) -> None:
        """The list of models, where the test gave one."""
        if self.server.listing is not None:
            self.server.listing(self)
        elif self.server.models is None:
            fails(404)(self)
        else:
            rows = [{"id": name, "object": "model"} for name in self.server.models]
            body = json.dumps({"object": "list", "data": rows}).encode()
            self.head(200, "application/json", Content_Length=str(len(body)))
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass

    def head(self, status: int, kind: str, **extra: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in extra.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def chunk(self, text: str | None, finish: str | None = None) -> None:
        delta = {"content": text} if text is not None else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        self.wfile.write(f"data: {json.dumps(event | {'choices': [choice]})}\n\n".encode())
        self.wfile.flush()


def says(text: str, finish: str = "stop", size: int = 40) -> Step:
    """Streams a text."""

    def step(handler: Handler) -> None:
        handler.head(200, "text/event-stream")
        for at in range(0, len(text), size):
            handler.chunk(text[at : at + size])
        handler.chunk(None, finish)
        handler.wfile.write(b"data: [DONE]\n\n")

    return step


def answers(answer: dict[str, Any]) -> Step:
    return says(json.dumps(answer))


def fails(status: int, message: str = "no", **headers: str) -> Step:
    def step(handler: Handler) -> None:
        body = json.dumps({"error": {"message": message, "type": "x"}}).encode()
        handler.head(status, "application/json", Content_Length=str(len(body)), **headers)
        handler.wfile.write(body)

    return step


def breaks_off(handler: Handler) -> None:
    """Half an answer, then the connection ends."""
    handler.head(200, "text/event-stream")
    handler.chunk('{"title": "Half')


def hangs(handler: Handler) -> None:
    """Half an answer, then nothing until the test lets go."""
    handler.head(200, "text/event-stream")
    handler.chunk('{"title": "Half')
    handler.server.released.wait(30)


@contextmanager
def serving(*steps: Step) -> Iterator[Server]:
    server = Server(list(steps))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
