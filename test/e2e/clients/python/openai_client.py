"""The official OpenAI package with its own retries unless the call says otherwise."""

from collections.abc import Iterator

import openai


def run(call: dict) -> Iterator[str]:
    client = openai.OpenAI(
        base_url=call["base"] + "/v1",
        api_key=call["key"],
        timeout=call["timeout"],
        max_retries=call.get("retries", openai.DEFAULT_MAX_RETRIES),
    )
    wanted = {
        "model": call["model"],
        "max_tokens": call["max_tokens"],
        "messages": [{"role": "user", "content": call["prompt"]}],
    }
    if not call["stream"]:
        yield client.chat.completions.create(**wanted).choices[0].message.content
        return
    # The helper folds the chunks and fails where one of them is not well-formed.
    with client.chat.completions.stream(**wanted) as stream:
        for event in stream:
            if event.type == "content.delta":
                yield event.delta
        assert stream.get_final_completion().choices[0].finish_reason == "stop"
