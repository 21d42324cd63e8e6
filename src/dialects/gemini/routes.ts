/** What is answered beside turns: the models, the count of tokens, and what hosts cannot do (Gemini API reference, "All methods"). */
import { BridgeError } from "../../turn/error.ts";
import type { LocalRequest, LocalRoute } from "../dialect.ts";
import { namedModel } from "../named-model.ts";
import { validate } from "../validate.ts";
import { decode } from "./decode.ts";
import { models } from "./models.ts";
import { countRequest } from "./schema.ts";

/** `v1` has what `v1beta` has, except for the models: other APIs list theirs at the same place. */
export const VERSIONS = ["/v1beta", "/v1"] as const;

/** Where a method of a model is asked for. */
export function methodPath(version: string, method: string): string {
  return `${version}/models/{model+}:${method}`;
}

/** `countTokens`: counted here, the host is never asked. */
async function countTokens({ body, params, headers, count }: LocalRequest): Promise<unknown> {
  const { contents, generateContentRequest: whole } = validate(countRequest, body);
  const asked = whole ?? { contents };
  const { request } = decode(asked, params["model"] ?? "", headers);
  return { totalTokens: await count(request), estimated: true };
}

/** Methods of models that no host can do, and what to do instead. */
const NO_METHODS: Readonly<Record<string, string>> = {
  embedContent: "hosts lend models that write; ask a service for embeddings",
  batchEmbedContents: "hosts lend models that write; ask a service for embeddings",
  asyncBatchEmbedContent: "hosts lend models that write; ask a service for embeddings",
  batchGenerateContent: "nothing is done later here; send the requests one by one",
  generateAnswer: "send the question with generateContent, and the passages in its contents",
  predict: "hosts answer in text; ask for text with generateContent",
  predictLongRunning: "hosts answer in text; ask for text with generateContent",
};

const NO_METHOD =
  "There is no such method of a model; there are generateContent, streamGenerateContent and countTokens.";

/** Places of the vendor where things are kept. */
const NO_STORES: Readonly<Record<string, string>> = {
  "/v1beta/files": "files are not kept here; send them as inlineData",
  "/upload/v1beta/files": "files are not kept here; send them as inlineData",
  "/v1beta/cachedContents": "nothing is cached here; send the whole conversation in contents",
};

function refused(
  path: string,
  what: string,
  instead: string,
  method: LocalRoute["method"] = "POST",
): LocalRoute {
  return {
    method,
    path,
    refuses: true,
    answer: () => Promise.reject(new BridgeError("unsupported_feature", `${what}: ${instead}.`)),
  };
}

export const local: readonly LocalRoute[] = [
  {
    method: "GET",
    path: "/v1beta/models",
    answer: async (asked) => {
      const { listed, since } = asked.models();
      return models.list(listed, since);
    },
  },
  {
    method: "GET",
    path: "/v1beta/models/{id+}",
    answer: async ({ params, ...asked }) => {
      const { listed, since } = asked.models();
      return models.one(namedModel(listed, params["id"]), since);
    },
  },
  {
    method: "POST",
    path: "/v1beta/models/{id+}",
    refuses: true,
    answer: () => Promise.reject(new BridgeError("not_found", NO_METHOD)),
  },
  ...VERSIONS.flatMap((version): LocalRoute[] => [
    { method: "POST", path: methodPath(version, "countTokens"), answer: countTokens },
    ...Object.entries(NO_METHODS).map(([method, instead]) =>
      refused(methodPath(version, method), method, instead),
    ),
  ]),
  ...Object.entries(NO_STORES).flatMap(([path, instead]) => {
    const what = path.slice(path.lastIndexOf("/") + 1);
    return [
      refused(path, what, instead),
      refused(path, what, instead, "GET"),
      refused(`${path}/{id}`, what, instead, "GET"),
      refused(`${path}/{id}`, what, instead, "DELETE"),
    ];
  }),
];
