"""smolagents' agent that calls tools, with the tools of agent.py. Prints its answer.

Arguments: "plain" or "stream", the model, the base URL without a path, the prompt.
"""

import subprocess
import sys
from pathlib import Path

from smolagents import LogLevel, OpenAIModel, ToolCallingAgent, tool


@tool
def read(file_path: str) -> str:
    """Reads a file.

    Args:
        file_path: Where it is.
    """
    return Path(file_path).read_text(encoding="utf-8")


@tool
def edit(file_path: str, old_string: str, new_string: str) -> str:
    """Changes a file.

    Args:
        file_path: Where it is.
        old_string: What stands there once.
        new_string: What shall stand there.
    """
    before = Path(file_path).read_text(encoding="utf-8")
    assert before.count(old_string) == 1
    Path(file_path).write_text(before.replace(old_string, new_string), encoding="utf-8")
    return "edited"


@tool
def bash(command: str, description: str) -> str:
    """Runs a command.

    Args:
        command: The command.
        description: What it is for.
    """
    assert description
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout


how, name, base, prompt = sys.argv[1:]
model = OpenAIModel(model_id=name, api_base=f"{base}/v1", api_key="none")
agent = ToolCallingAgent(
    tools=[read, edit, bash],
    model=model,
    stream_outputs=how == "stream",
    max_steps=8,
    verbosity_level=LogLevel.OFF,
)
print(agent.run(prompt))
