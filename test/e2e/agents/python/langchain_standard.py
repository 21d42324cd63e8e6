"""LangChain's standard integration tests for chat models, at the bridge.

Run by pytest; MCPTB_TEST_URL is the bridge's address without a path. What langchain_deselected.toml names is not run,
all else must run: a test that is skipped has failed.
"""

import os
import struct
import zlib

import httpx
import pytest
from langchain_anthropic import ChatAnthropic
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests

URL = os.environ["MCPTB_TEST_URL"]
# No retries: a retry would hide what fails.
PARAMS = {"model": "auto", "api_key": "none", "max_retries": 0}


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(samples: int) -> bytes:
    data = bytes(samples)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + form + struct.pack("<4sI", b"data", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture(autouse=True)
def files_of_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests send a picture and a sound that they fetch from the web first; here is none, so they get others."""

    def get(url: str, **_: object) -> httpx.Response:
        return httpx.Response(200, content={".png": png(4, 3), ".wav": wav(80)}[url[-4:]])

    monkeypatch.setattr(httpx, "get", get)


class Standard(ChatModelIntegrationTests):
    supports_image_inputs = True
    supports_image_tool_message = True
    model_override_value = "scripted-model-mini"
    # These need what no MCP host can be sent or tells; the tests for them are deselected.
    supports_image_urls = False
    supports_pdf_inputs = False
    supports_pdf_tool_message = False
    enable_vcr_tests = False


class TestChat(Standard):
    chat_model_class = ChatOpenAI
    chat_model_params = {
        **PARAMS,
        "base_url": f"{URL}/v1",
        # LangChain asks for counts in a stream by itself only at OpenAI's own address.
        "stream_usage": True,
    }
    supports_json_mode = True
    supports_audio_inputs = True


class TestResponses(Standard):
    chat_model_class = ChatOpenAI
    chat_model_params = {**TestChat.chat_model_params, "use_responses_api": True}
    supports_json_mode = True


class TestMessages(Standard):
    chat_model_class = ChatAnthropic
    chat_model_params = {**PARAMS, "base_url": URL}
    supports_anthropic_inputs = True


class TestGemini(Standard):
    chat_model_class = ChatGoogleGenerativeAI
    # One attempt; for none the package takes its own number.
    chat_model_params = {"model": "auto", "api_key": "none", "base_url": URL, "max_retries": 1}
    supports_json_mode = True
    supports_audio_inputs = True


class TestOllama(Standard):
    chat_model_class = ChatOllama
    chat_model_params = {"model": "auto", "base_url": URL}
    supports_json_mode = True
    has_tool_choice = False
