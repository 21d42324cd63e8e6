/** What is answered beside turns: the models, what programs look for before they begin, and what hosts cannot do (Ollama API reference). */
import { BridgeError } from "../../turn/error.ts";
import { VERSION } from "../../util/package.ts";
import type { AvailableModels, LocalRoute, NamedModel } from "../dialect.ts";
import { namedModel } from "../named-model.ts";
import { validate } from "../validate.ts";
import { models, running, shown } from "./models.ts";
import { modelRequest } from "./schema.ts";

/** Of Ollama, whose API this is: programs ask for it to know what they may send. */
const API_VERSION = "0.13.5";

/** Where no tag is named, this one is meant. */
const NO_TAG = ":latest";

/** The model that the body names. @throws BridgeError `invalid_request` where it names none, `model_not_found`. */
function statedModel(body: unknown, { listed }: AvailableModels): NamedModel {
  const { model, name } = validate(modelRequest, body);
  const stated = model ?? name ?? "";
  if (stated === "") {
    throw new BridgeError("invalid_request", "model: must name a model.", { param: "model" });
  }
  const isListed = listed.some(({ id }) => id === stated);
  return namedModel(listed, !isListed && stated.endsWith(NO_TAG) ? stated.slice(0, -NO_TAG.length) : stated);
}

const EMBEDDINGS = "hosts lend models that write; ask a service for embeddings";
const LENT = "models are lent by MCP hosts, and nothing is stored here; GET /api/tags tells which there are";

const REFUSED: readonly (readonly [LocalRoute["method"], string, string])[] = [
  ["POST", "/api/embed", EMBEDDINGS],
  ["POST", "/api/embeddings", EMBEDDINGS],
  ["POST", "/api/create", LENT],
  ["POST", "/api/copy", LENT],
  ["POST", "/api/push", LENT],
  ["POST", "/api/blobs/{digest}", LENT],
  ["DELETE", "/api/delete", LENT],
];

export const local: readonly LocalRoute[] = [
  {
    method: "GET",
    path: "/api/version",
    answer: () => Promise.resolve({ version: API_VERSION, mcp_token_bridge: VERSION }),
  },
  {
    method: "GET",
    path: "/api/tags",
    answer: async (asked) => {
      const { listed, since } = asked.models();
      return models.list(listed, since);
    },
  },
  {
    method: "GET",
    path: "/api/ps",
    answer: async (asked) => {
      const { listed, since } = asked.models();
      return running(listed, since);
    },
  },
  {
    method: "POST",
    path: "/api/show",
    answer: async ({ body, ...asked }) => {
      const available = asked.models();
      return shown(statedModel(body, available), available.listed, available.since);
    },
  },
  {
    method: "POST",
    path: "/api/pull",
    // Programs fetch a model before they ask it; one that is lent is there. One line is a whole stream.
    answer: async ({ body, ...asked }) => {
      statedModel(body, asked.models());
      return { status: "success" };
    },
  },
  {
    method: "GET",
    path: "/api/blobs/{digest}",
    refuses: true,
    // Programs look whether a part of a model is there before they send it.
    answer: () => Promise.reject(new BridgeError("not_found", `blobs: ${LENT}.`)),
  },
  ...REFUSED.map(([method, path, instead]): LocalRoute => {
    const [, , what = ""] = path.split("/");
    return {
      method,
      path,
      refuses: true,
      answer: () => Promise.reject(new BridgeError("unsupported_feature", `${what}: ${instead}.`)),
    };
  }),
];
