"""What the hosts of these tests share: where the bridge is, which model to lend, how, and for how long."""

import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.to_thread

command, *arguments = json.loads(os.environ["MCPTB_TEST_BRIDGE"])
"""How to start the bridge."""
url = os.environ.get("MCPTB_TEST_URL")
"""Where a bridge runs that is reached over Streamable HTTP instead."""
era = os.environ["MCPTB_TEST_ERA"]
mode = "2026-07-28" if era == "modern" else era
"""The era as the SDK's clients name it; `auto` is what they do by themselves."""
model_url = os.environ["MCPTB_TEST_MODEL"]

OPEN_HOOKS = 4


async def lend(hook: Callable[[], Awaitable[Any]]) -> None:
    """Lends until the test ends the standard input.

    In the modern era a host lends only while it runs the bridge's tool `hook`, which is what `hook` does.
    """

    async def keep_open() -> None:
        while True:
            await hook()

    async with anyio.create_task_group() as calls:
        for _ in range(OPEN_HOOKS if era == "modern" else 0):
            calls.start_soon(keep_open)
        await anyio.to_thread.run_sync(sys.stdin.read)
        calls.cancel_scope.cancel()
