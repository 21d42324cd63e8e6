"""A client on version 1 of the official Python SDK, which knows the revisions up to 2025-11-25."""

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import (
    CreateMessageRequestParams,
    CreateMessageResult,
    CreateMessageResultWithTools,
    SamplingCapability,
    SamplingToolsCapability,
)

from callback import ask
from lending import arguments, command, lend, url


async def sample(_context, params: CreateMessageRequestParams):
    result = await ask(params.model_dump(mode="json", by_alias=True, exclude_none=True))
    kind = CreateMessageResultWithTools if params.tools else CreateMessageResult
    return kind.model_validate(result)


async def main() -> None:
    server = StdioServerParameters(command=command, args=arguments)
    capabilities = SamplingCapability(tools=SamplingToolsCapability())
    async with streamable_http_client(url) if url else stdio_client(server) as (read, write, *_):
        async with ClientSession(
            read, write, sampling_callback=sample, sampling_capabilities=capabilities
        ) as session:
            await session.initialize()
            await lend(lambda: session.call_tool("hook"))


anyio.run(main)
