import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

/** No retries: a retry would hide what a test is about. */
const OPTIONS = { apiKey: "unused", maxRetries: 0, timeout: 60_000 };

export function openAi(url: string): OpenAI {
  return new OpenAI({ ...OPTIONS, baseURL: `${url}/v1` });
}

export function anthropic(url: string): Anthropic {
  return new Anthropic({ ...OPTIONS, baseURL: url });
}
