"""Runs calls of Python clients for the tests.

Reads one JSON call a line, runs each in a thread of its own with the client module that it names, and writes one
JSON result a line. The arguments name the modules to load, so that no call pays for an import.
"""

import importlib
import json
import os
import sys
import threading
import time

# Clients print; standard output belongs to the results.
results = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

writing = threading.Lock()


def write(message: dict) -> None:
    with writing:
        results.write(json.dumps(message) + "\n")
        results.flush()


def describe(error: BaseException) -> dict:
    """What a person sees of the exception: its type, its text, and the HTTP status if it has one."""
    return {
        "type": type(error).__name__,
        "message": str(error),
        "status": status_of(error),
    }


def status_of(error: BaseException) -> int | None:
    """Google's package calls it a code."""
    statuses = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((status for status in statuses if isinstance(status, int)), None)


def run(call: dict) -> None:
    pieces: list[str] = []
    began = time.monotonic()
    failure = None
    try:
        # The client yields the text in the pieces in which it comes.
        for piece in importlib.import_module(call["client"]).run(call):
            pieces.append(piece)
    except BaseException as error:  # noqa: BLE001: whatever it is, the test wants to see it
        failure = describe(error)
    write({"id": call["id"], "pieces": pieces, "error": failure, "seconds": time.monotonic() - began})


def main() -> None:
    for module in sys.argv[1:]:
        importlib.import_module(module)
    write({"ready": True})
    for line in sys.stdin:
        threading.Thread(target=run, args=[json.loads(line)], daemon=True).start()


main()
