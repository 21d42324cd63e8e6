"""The official Google GenAI package with its own retries, for its Gemini API."""

from collections.abc import Iterator

from google import genai
from google.genai import types


def run(call: dict) -> Iterator[str]:
    client = genai.Client(
        api_key=call["key"],
        http_options=types.HttpOptions(base_url=call["base"], timeout=int(call["timeout"] * 1000)),
    )
    wanted = {
        "model": call["model"],
        "contents": call["prompt"],
        "config": types.GenerateContentConfig(max_output_tokens=call["max_tokens"]),
    }
    if not call["stream"]:
        yield client.models.generate_content(**wanted).text
        return
    last = None
    for part in client.models.generate_content_stream(**wanted):
        if part.text:
            yield part.text
        last = part
    assert last is not None and last.candidates[0].finish_reason == types.FinishReason.STOP
    assert last.usage_metadata.candidates_token_count > 0
