import type { Requirement } from "./requirement.ts";

const reference = "Gemini API reference";

/** POST /v1beta/models/{model}:generateContent and its like. */
export const gemini = [
  {
    id: "gemini.sdk",
    source: "observed with @google/genai 2.32.0",
    text: "The package makes of any stream, and of any plain answer, the turn that was sent.",
  },
  {
    id: "gemini.sdk-ai",
    source: "observed with ai 6.0 and @ai-sdk/google 3.0",
    text: "The ai package streams, shows pictures and sees how an answer ended.",
  },
  {
    id: "gemini.chat-history",
    source:
      "observed with @google/genai 2.32.0, whose chats keep only content of which each piece has a part",
    text: "Every response has a candidate with content and a part, so that a chat keeps its history; the pieces that come back are one message.",
  },
  {
    id: "gemini.addresses",
    source: `${reference}, versions and methods of models`,
    text: "v1beta, v1alpha and v1 are served, under models with slashes and colons in their names, however the base URL was joined.",
  },
  {
    id: "gemini.spelling",
    source: "Protocol Buffers documentation, ProtoJSON format",
    text: "Members are taken in camelCase and snake_case, numbers as text, one element without its list; the names inside of arguments, results and schemas are left as they are.",
  },
  {
    id: "gemini.contents",
    source: `${reference}, Content and Part`,
    text: "Text, inline data, calls, results and what Google's own tools did reach the host; files by URI are refused by name.",
  },
  {
    id: "gemini.call-pairs",
    source: `${reference}, FunctionCall and FunctionResponse, whose ids may be missing`,
    text: "Results find their calls by id, else by name and order.",
  },
  {
    id: "gemini.schemas",
    source: `${reference}, Schema`,
    text: "Schemas in Google's form reach the host as JSON Schema; JSON Schema stays as it is; both at once are refused.",
  },
  {
    id: "gemini.tool-choice",
    source: `${reference}, FunctionCallingConfig`,
    text: "Each mode, with and without allowed names, means what it says; a call of what nobody runs cannot be demanded.",
  },
  {
    id: "gemini.vendor-tools",
    source: `${reference}, Tool`,
    text: "Tools that Google runs are left out with a notice; unknown kinds are refused by name.",
  },
  {
    id: "gemini.tools",
    source: `${reference}, function calling`,
    text: "On hosts with tools and without, calls come whole, several at once, with ids, and their results go back.",
  },
  {
    id: "gemini.thoughts",
    source: `${reference}, thinking, thought signatures; google-genai (Python), which checks the base64`,
    text: "Thoughts are shown to those who ask; what a host wants back travels as a thoughtSignature in base64 on the part that follows, and comes back.",
  },
  {
    id: "gemini.settings",
    source: `${reference}, GenerationConfig`,
    text: "Each member of generationConfig and of the request is honoured, noticed or refused; none is dropped in silence.",
  },
  {
    id: "gemini.structured",
    source: `${reference}, structured output`,
    text: "responseSchema, responseJsonSchema and text/x.enum give what fits them.",
  },
  {
    id: "gemini.candidates",
    source: `${reference}, candidateCount`,
    text: "Several candidates come side by side, each with its reason.",
  },
  {
    id: "gemini.usage",
    source: `${reference}, UsageMetadata`,
    text: "Counts stand in the last response; unknown ones are left out, and estimates are marked.",
  },
  {
    id: "gemini.finish",
    source: `${reference}, FinishReason`,
    text: "Each way of ending has its documented word.",
  },
  {
    id: "gemini.keep-alive",
    source:
      "observed with @google/genai 1.30 (Gemini CLI 0.61) and 2.32, and google-genai: none reads SSE comments, and some stop at them",
    text: "A wait is told by pieces of no text; no comment ever comes.",
  },
  {
    id: "gemini.array",
    source: `${reference}, streamGenerateContent, alt=sse`,
    text: "Without alt=sse a stream is one JSON array whose elements come as they are made, a failure as its last.",
  },
  {
    id: "gemini.errors",
    source: "Google AIP-193; observed with @google/genai 2.32.0",
    text: "Errors have Google's form, with the name of the status and details of published kinds, before and after the first byte.",
  },
  {
    id: "gemini.no-retry",
    source:
      "observed with Gemini CLI 0.61, which asks again for minutes at 429, 499 and all that begins with 5",
    text: "Only what may pass by itself has such a status.",
  },
  {
    id: "gemini.keys",
    source: `${reference}, API keys`,
    text: "The key may come in x-goog-api-key and, for this API alone, as ?key=; it is in no log and no error.",
  },
  {
    id: "gemini.models",
    source: `${reference}, models`,
    text: "models and models/{model} tell what can be named, in Google's form.",
  },
  {
    id: "gemini.count-tokens",
    source: `${reference}, countTokens`,
    text: "countTokens is answered without a host, for contents and for whole requests.",
  },
  {
    id: "gemini.refused-methods",
    source: `${reference}, all methods`,
    text: "Embeddings, files, caches, batches and predictions are refused with what to do instead.",
  },
  {
    id: "gemini.cancel",
    source: "MCP specification, cancellation",
    text: "A client that leaves cancels its turn at the host.",
  },
] as const satisfies readonly Requirement[];
