"""The official Ollama package, which never tries again by itself."""

from collections.abc import Iterator

import ollama


def run(call: dict) -> Iterator[str]:
    client = ollama.Client(host=call["base"], timeout=call["timeout"])
    wanted = {
        "model": call["model"],
        "messages": [{"role": "user", "content": call["prompt"]}],
        # A limit below 0 is none to this API; so the number that is to be refused stands where it is.
        "options": {"num_predict": call["max_tokens"], "temperature": min(1, call["max_tokens"])},
    }
    if not call["stream"]:
        yield client.chat(**wanted).message.content
        return
    last = None
    for part in client.chat(**wanted, stream=True):
        if part.message.content:
            yield part.message.content
        last = part
    assert last is not None and last.done, "the stream ended without its last response"
    assert last.done_reason == "stop" and last.eval_count > 0 and last.total_duration > 0
