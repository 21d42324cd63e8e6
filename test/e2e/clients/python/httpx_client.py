"""A client that knows nothing but HTTP: it reads the wire as it is and insists on its form."""

import json
from collections.abc import Iterator

import httpx

PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}


class Refused(Exception):
    """An error in the form of the API; the text is its message."""

    def __init__(self, body: dict, status: int | None) -> None:
        super().__init__(body["error"]["message"])
        self.status_code = status


def run(call: dict) -> Iterator[str]:
    body = {
        "model": call["model"],
        "stream": call["stream"],
        "max_tokens": call["max_tokens"],
        "messages": [{"role": "user", "content": call["prompt"]}],
    }
    headers = {"authorization": f"Bearer {call['key']}"}
    with (
        httpx.Client(timeout=call["timeout"], headers=headers) as client,
        client.stream("POST", call["base"] + PATHS[call["dialect"]], json=body) as response,
    ):
        if response.status_code != 200:
            raise Refused(json.loads(response.read()), response.status_code)
        kind = response.headers["content-type"].split(";")[0]
        if call["stream"]:
            assert kind == "text/event-stream", kind
            yield from {"chat": chat_deltas, "messages": message_deltas}[call["dialect"]](response)
        else:
            assert kind == "application/json", kind
            yield whole(json.loads(response.read()), call["dialect"])


def whole(body: dict, dialect: str) -> str:
    if "error" in body:
        raise Refused(body, None)
    if dialect == "chat":
        return body["choices"][0]["message"]["content"]
    return "".join(block["text"] for block in body["content"])


def frames(response: httpx.Response) -> Iterator[tuple[str | None, str]]:
    event = None
    for line in response.iter_lines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield event, line.removeprefix("data: ")
        elif line == "":
            event = None


def chat_deltas(response: httpx.Response) -> Iterator[str]:
    done = False
    for _, data in frames(response):
        assert not done, "a frame after [DONE]"
        if data == "[DONE]":
            done = True
            continue
        chunk = json.loads(data)
        if "error" in chunk:
            raise Refused(chunk, None)
        for choice in chunk["choices"]:
            if text := choice["delta"].get("content"):
                yield text
    assert done, "the stream ended without [DONE]"


def message_deltas(response: httpx.Response) -> Iterator[str]:
    stopped = False
    for event, data in frames(response):
        assert not stopped, "a frame after message_stop"
        body = json.loads(data)
        assert event == body["type"], f"event {event}, type {body['type']}"
        if event == "error":
            raise Refused(body, None)
        if event == "content_block_delta":
            yield body["delta"]["text"]
        stopped = event == "message_stop"
    assert stopped, "the stream ended without message_stop"
