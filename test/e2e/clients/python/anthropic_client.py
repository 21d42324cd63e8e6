"""The official Anthropic package with its own retries unless the call says otherwise."""

from collections.abc import Iterator

import anthropic


def run(call: dict) -> Iterator[str]:
    client = anthropic.Anthropic(
        base_url=call["base"],
        auth_token=call["key"],
        timeout=call["timeout"],
        max_retries=call.get("retries", anthropic.DEFAULT_MAX_RETRIES),
    )
    wanted = {
        "model": call["model"],
        "max_tokens": call["max_tokens"],
        "messages": [{"role": "user", "content": call["prompt"]}],
    }
    if not call["stream"]:
        yield "".join(block.text for block in client.messages.create(**wanted).content)
        return
    # The helper folds the events and fails where one of them is not well-formed.
    with client.messages.stream(**wanted) as stream:
        yield from stream.text_stream
        assert stream.get_final_message().stop_reason == "end_turn"
