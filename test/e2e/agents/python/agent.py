"""A small agent: does what the model asks with three tools until it answers. Prints the answer.

Arguments: the client, the model, the base URL without a path, the prompt.
"""

import json
import subprocess
import sys
from pathlib import Path


def read(file_path: str) -> str:
    return Path(file_path).read_text(encoding="utf-8")


def edit(file_path: str, old_string: str, new_string: str) -> str:
    before = read(file_path)
    assert before.count(old_string) == 1
    Path(file_path).write_text(before.replace(old_string, new_string), encoding="utf-8")
    return "edited"


def bash(command: str, description: str) -> str:
    assert description
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout


TOOLS = {tool.__name__: tool for tool in (read, edit, bash)}


def schema(tool) -> dict:
    names = list(tool.__annotations__)[:-1]
    properties = {name: {"type": "string"} for name in names}
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def functions() -> list[dict]:
    return [{"name": name, "parameters": schema(tool)} for name, tool in TOOLS.items()]


def chat(complete, prompt: str) -> str:
    """Chat completions: of the openai package and of LiteLLM, which gives back the same objects."""
    messages = [{"role": "user", "content": prompt}]
    tools = [{"type": "function", "function": function} for function in functions()]
    while True:
        choice = complete(messages=messages, tools=tools).choices[0]
        calls = choice.message.tool_calls or []
        assert choice.finish_reason == ("tool_calls" if calls else "stop")
        if not calls:
            return choice.message.content
        messages.append(choice.message.model_dump(exclude_none=True))
        for call in calls:
            result = TOOLS[call.function.name](**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})


def responses(client, model: str, prompt: str) -> str:
    tools = [{"type": "function", **function} for function in functions()]
    answer = client.responses.create(model=model, input=prompt, tools=tools)
    while calls := [item for item in answer.output if item.type == "function_call"]:
        results = [
            {
                "type": "function_call_output",
                "call_id": call.call_id,
                "output": TOOLS[call.name](**json.loads(call.arguments)),
            }
            for call in calls
        ]
        answer = client.responses.create(
            model=model, previous_response_id=answer.id, input=results, tools=tools
        )
    return answer.output_text


def messages(client, model: str, prompt: str) -> str:
    tools = [{"name": function["name"], "input_schema": function["parameters"]} for function in functions()]
    history = [{"role": "user", "content": prompt}]
    while True:
        with client.messages.stream(model=model, max_tokens=1000, messages=history, tools=tools) as stream:
            answer = stream.get_final_message()
        calls = [block for block in answer.content if block.type == "tool_use"]
        assert answer.stop_reason == ("tool_use" if calls else "end_turn")
        if not calls:
            return "".join(block.text for block in answer.content)
        history.append({"role": "assistant", "content": answer.content})
        results = [
            {"type": "tool_result", "tool_use_id": call.id, "content": TOOLS[call.name](**call.input)}
            for call in calls
        ]
        history.append({"role": "user", "content": results})


def run(client: str, model: str, base: str, prompt: str) -> str:
    if client == "anthropic":
        import anthropic

        return messages(anthropic.Anthropic(base_url=base, api_key="none"), model, prompt)
    if client.startswith("litellm"):
        import litellm

        provider = client.removeprefix("litellm-")
        url = base if provider == "anthropic" else f"{base}/v1"

        def complete(**wanted):
            return litellm.completion(model=f"{provider}/{model}", api_base=url, api_key="none", **wanted)

        return chat(complete, prompt)
    import openai

    official = openai.OpenAI(base_url=f"{base}/v1", api_key="none")
    if client == "openai-responses":
        return responses(official, model, prompt)
    return chat(lambda **wanted: official.chat.completions.create(model=model, **wanted), prompt)


print(run(*sys.argv[1:]))
