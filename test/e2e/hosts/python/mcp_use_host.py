"""mcp-use's client lends a model through its sampling callback."""

import anyio
from mcp.types import CreateMessageRequestParams, CreateMessageResult
from mcp_use import MCPClient

from callback import ask
from lending import arguments, command, lend, url


async def sample(_context, params: CreateMessageRequestParams):
    result = await ask(params.model_dump(mode="json", by_alias=True, exclude_none=True))
    return CreateMessageResult.model_validate(result)


async def main() -> None:
    bridge = {"url": url} if url else {"command": command, "args": arguments}
    config = {"mcpServers": {"bridge": bridge}}
    client = MCPClient(config, sampling_callback=sample)
    sessions = await client.create_all_sessions()
    try:
        await lend(lambda: sessions["bridge"].call_tool("hook", {}))
    finally:
        await client.close_all_sessions()


anyio.run(main)
