"""A sampling callback for the official SDK's types: passes the request on to the model and gives back its answer."""

from typing import Any

import httpx

from lending import model_url


async def ask(params: dict[str, Any]) -> dict[str, Any]:
    """The result of the sampling request. Being cancelled closes the connection to the model."""
    async with httpx.AsyncClient(timeout=None) as client:
        answer = await client.post(f"{model_url}/sampling", json=params)
    if answer.is_error:
        raise RuntimeError(answer.text)
    return answer.json()
