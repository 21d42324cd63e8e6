"""A client on version 2 of the official Python SDK."""

import anyio
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client
from mcp_types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    CreateMessageResultWithTools,
    SamplingCapability,
    SamplingToolsCapability,
)

from callback import ask
from lending import arguments, command, lend, mode, url


async def sample(_context, params: CreateMessageRequestParams):
    result = await ask(params.model_dump(mode="json", by_alias=True, exclude_none=True))
    kind = CreateMessageResultWithTools if params.tools else CreateMessageResult
    return kind.model_validate(result)


async def main() -> None:
    server = url or stdio_client(StdioServerParameters(command=command, args=arguments))
    capabilities = SamplingCapability(tools=SamplingToolsCapability())
    async with Client(
        server, mode=mode, sampling_callback=sample, sampling_capabilities=capabilities
    ) as client:
        await lend(lambda: client.call_tool("hook"))


anyio.run(main)
