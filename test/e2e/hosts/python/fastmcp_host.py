"""FastMCP's client lends a model behind an OpenAI URL with the sampling handler that FastMCP brings.

With the argument `tools` it declares that the handler takes tools, which it does not by itself.
"""

import sys

import anyio
from fastmcp import Client
from fastmcp.client.sampling.handlers.openai import OpenAISamplingHandler
from fastmcp.client.transports import StdioTransport
from mcp_types import SamplingCapability, SamplingToolsCapability
from openai import AsyncOpenAI

from lending import arguments, command, lend, mode, model_url, url

WITH_TOOLS = SamplingCapability(tools=SamplingToolsCapability())


async def main() -> None:
    upstream = AsyncOpenAI(base_url=f"{model_url}/v1", api_key="none", max_retries=0)
    handler = OpenAISamplingHandler(default_model="scripted-model", client=upstream)
    transport = url or StdioTransport(command=command, args=arguments)
    capabilities = WITH_TOOLS if "tools" in sys.argv else None
    async with Client(
        transport, sampling_handler=handler, sampling_capabilities=capabilities, mode=mode
    ) as client:
        await lend(lambda: client.call_tool("hook"))


anyio.run(main)
