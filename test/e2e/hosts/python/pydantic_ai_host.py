"""pydantic-ai lends the model that an agent would use, through its toolset for MCP servers, which is FastMCP's client."""

import anyio
from fastmcp.client.transports import StdioTransport
from openai import AsyncOpenAI
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from lending import arguments, command, lend, model_url, url

START_S = 60
"""On a busy machine the bridge needs longer than the five seconds that it gets by itself."""


async def main() -> None:
    upstream = AsyncOpenAI(base_url=f"{model_url}/v1", api_key="none", max_retries=0)
    model = OpenAIChatModel("scripted-model", provider=OpenAIProvider(openai_client=upstream))
    transport = url or StdioTransport(command=command, args=arguments)
    bridge = MCPToolset(transport, sampling_model=model, init_timeout=START_S)
    async with bridge:
        await lend(lambda: bridge.direct_call_tool("hook", {}))


anyio.run(main)
