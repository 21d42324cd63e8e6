"""What the hosts of these tests share: which bridge to start, which model to lend, how long to live."""

import json
import os
import sys

import anyio.to_thread

command, *arguments = json.loads(os.environ["MCPTB_TEST_BRIDGE"])
model_url = os.environ["MCPTB_TEST_MODEL"]


async def lend() -> None:
    """Says that the bridge is connected, and keeps it until the test ends the standard input."""
    print("attached", flush=True)
    await anyio.to_thread.run_sync(sys.stdin.read)
