"""LiteLLM as a library: `completion`, and `acompletion` where the call says so, over either dialect."""

import asyncio
from collections.abc import Iterator

import litellm

# It prints advice in front of every exception.
litellm.suppress_debug_info = True

PREFIXES = {"chat": "openai", "messages": "anthropic"}
SUFFIXES = {"chat": "/v1", "messages": ""}


def run(call: dict) -> Iterator[str]:
    wanted = {
        "model": f"{PREFIXES[call['dialect']]}/{call['model']}",
        "api_base": call["base"] + SUFFIXES[call["dialect"]],
        "api_key": call["key"],
        "timeout": call["timeout"],
        "max_tokens": call["max_tokens"],
        "messages": [{"role": "user", "content": call["prompt"]}],
        "stream": call["stream"],
    }
    if call.get("asynchronous"):
        yield from asyncio.run(gather(wanted))
    elif call["stream"]:
        for chunk in litellm.completion(**wanted):
            if text := chunk.choices[0].delta.content:
                yield text
    else:
        yield litellm.completion(**wanted).choices[0].message.content


async def gather(wanted: dict) -> list[str]:
    answer = await litellm.acompletion(**wanted)
    if not wanted["stream"]:
        return [answer.choices[0].message.content]
    return [text async for chunk in answer if (text := chunk.choices[0].delta.content)]
