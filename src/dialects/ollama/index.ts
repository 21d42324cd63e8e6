import type { TurnEvents } from "../../turn/event.ts";
import type { Dialect, Exchange } from "../dialect.ts";
import { decodeChat, decodeGenerate, type DecodedOllama } from "./decode.ts";
import { encode, type Form } from "./encode.ts";
import { error } from "./error.ts";
import { models } from "./models.ts";
import { local } from "./routes.ts";
import { stream } from "./stream.ts";

/** The answer where nothing is asked of the model. */
async function* nothing(model: string): TurnEvents {
  yield { type: "turn-start", model };
  yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
}

function exchange(form: Form, decoded: DecodedOllama): Exchange {
  const { request, notices, thoughts, only } = decoded;
  const told = { form, thoughts, only };
  return {
    request,
    notices,
    stream: decoded.stream,
    choices: 1,
    ...(only !== undefined && { withoutHost: () => nothing(request.model) }),
    encode: (turn, context) => encode(turn, context, told),
    streamType: "application/x-ndjson",
    frames: (events, context) => stream(events, context, { ...told, model: request.model }),
  };
}

const chat: Dialect["decode"] = (body, headers) => exchange("chat", decodeChat(body, headers));
const generate: Dialect["decode"] = (body, headers) => exchange("generate", decodeGenerate(body, headers));

/** Ollama's `/api/chat` and `/api/generate`. */
export const ollama: Dialect = {
  id: "ollama",
  path: "/api/chat",
  decode: chat,
  alsoAt: [{ path: "/api/generate", decode: generate }],
  paths: /^\/api(?:\/|$)/,
  takesAnyMediaType: true,
  greeting: "Ollama is running",
  requestIdHeader: "x-request-id",
  local,
  models,
  error,
};
