"""mcp-use's client lends a model through its sampling callback."""

import anyio
from mcp.types import CreateMessageRequestParams, CreateMessageResult
from mcp_use import MCPClient

from callback import ask
from lending import arguments, command, lend


async def sample(_context, params: CreateMessageRequestParams):
    result = await ask(params.model_dump(mode="json", by_alias=True, exclude_none=True))
    return CreateMessageResult.model_validate(result)


async def main() -> None:
    config = {"mcpServers": {"bridge": {"command": command, "args": arguments}}}
    client = MCPClient(config, sampling_callback=sample)
    await client.create_all_sessions()
    try:
        await lend()
    finally:
        await client.close_all_sessions()


anyio.run(main)
