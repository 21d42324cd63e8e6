"""fast-agent lends the model of its agent; its settings are in the `fast-agent.yaml` of the working folder."""

import anyio
from fast_agent import FastAgent

from lending import lend

fast = FastAgent("host", parse_cli_args=False)


@fast.agent(name="lender", servers=["bridge"])
async def main() -> None:
    async with fast.run() as agents:
        await lend(lambda: agents.lender.call_tool("bridge__hook", {}))


anyio.run(main)
