import type { Call } from "./python-clients.ts";

export type Case = Pick<Call, "client" | "dialect" | "stream" | "asynchronous"> & {
  readonly name: string;
  /** Which virtual environment holds the client. */
  readonly venv: "sdks" | "litellm";
};

function both(base: Omit<Case, "stream">): Case[] {
  return [
    { ...base, stream: false, name: `${base.name}, plain` },
    { ...base, stream: true, name: `${base.name}, streaming` },
  ];
}

/** Every Python client of an API that the LiteLLM proxy serves, over every dialect that it speaks. */
export const SDK_CASES: readonly Case[] = [
  ...both({ name: "httpx, chat", venv: "sdks", client: "httpx_client", dialect: "chat" }),
  ...both({ name: "httpx, messages", venv: "sdks", client: "httpx_client", dialect: "messages" }),
  ...both({ name: "openai", venv: "sdks", client: "openai_client", dialect: "chat" }),
  ...both({ name: "anthropic", venv: "sdks", client: "anthropic_client", dialect: "messages" }),
];

/** No proxy in between speaks their APIs. */
export const STRAIGHT_CASES = [
  ...both({ name: "ollama", venv: "sdks", client: "ollama_client", dialect: "ollama" }),
  ...both({ name: "google-genai", venv: "sdks", client: "gemini_client", dialect: "gemini" }),
];

export const LITELLM_CASES: readonly Case[] = (["chat", "messages"] as const).flatMap((dialect) => {
  const base = { venv: "litellm", client: "litellm_client", dialect } as const;
  const prefix = dialect === "chat" ? "openai/" : "anthropic/";
  return [
    ...both({ ...base, name: `litellm.completion, ${prefix}` }),
    ...both({ ...base, name: `litellm.acompletion, ${prefix}`, asynchronous: true }),
  ];
});
