/** Tools and the choice among them (Gemini API reference, "Function calling", `Tool` and `ToolConfig`). */
import { BridgeError } from "../../turn/error.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { VENDOR_RUNS } from "../any-tool.ts";
import { toolSchema } from "../client-schema.ts";
import type { JsonObject } from "../shapes.ts";
import type { StatedChoice } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { jsonSchema } from "./open-api-schema.ts";
import { camelCase } from "./proto-json.ts";
import { functions, type declaration, type GenerateRequest } from "./schema.ts";

/** Kinds that Google's servers run. */
const VENDOR_RUN: ReadonlySet<string> = new Set([
  "googleSearch",
  "googleSearchRetrieval",
  "googleMaps",
  "codeExecution",
  "urlContext",
  "fileSearch",
  "retrieval",
  "enterpriseWebSearch",
  "parallelAiSearch",
  "exaAiSearch",
  "mcpServers",
]);

/**
 * The tools that the client runs.
 *
 * @throws BridgeError `invalid_request` for a schema that is none; `unsupported_feature` for a kind of tool of which nobody could say
 * who runs it.
 */
export function readTools(tools: readonly JsonObject[], notices: Notice[]): Tool[] {
  return tools.flatMap((tool, index) => {
    const at = `tools.${index}`;
    for (const [name, value] of Object.entries(tool)) {
      const kind = camelCase(name);
      if (kind === "functionDeclarations" || value === null) continue;
      if (!VENDOR_RUN.has(kind)) throw unknownKind(kind, at);
      addNotice(notices, VENDOR_RUNS);
    }
    const { functionDeclarations: declared } = validate(functions, tool, at);
    return (declared ?? []).map((each, place) => readTool(each, `${at}.functionDeclarations.${place}`));
  });
}

function unknownKind(kind: string, at: string): BridgeError {
  return new BridgeError(
    "unsupported_feature",
    `${at}: the bridge cannot offer a tool of the kind ${JSON.stringify(kind.slice(0, 50))}; declare it as a function.`,
    { param: at },
  );
}

type Declaration = typeof declaration._output;

function readTool(stated: Declaration, at: string): Tool {
  const { name, description, parameters, parametersJsonSchema, response, responseJsonSchema } = stated;
  if ((parameters ?? undefined) !== undefined && (parametersJsonSchema ?? undefined) !== undefined) {
    const param = `${at}.parametersJsonSchema`;
    throw new BridgeError(
      "invalid_request",
      `${param}: parameters says the same in another form; send one of them.`,
      {
        param,
      },
    );
  }
  const inputSchema =
    (parameters ?? undefined) === undefined
      ? toolSchema(parametersJsonSchema, `${at}.parametersJsonSchema`, name)
      : toolSchema(jsonSchema(parameters), `${at}.parameters`, name);
  const result = (responseJsonSchema ?? undefined) === undefined ? jsonSchema(response) : responseJsonSchema;
  const words = [
    description ?? "",
    (result ?? undefined) === undefined ? "" : `What it returns, as JSON Schema: ${JSON.stringify(result)}`,
  ].filter((each) => each !== "");
  return { name, inputSchema, ...(words.length > 0 && { description: words.join("\n") }) };
}

/** @throws BridgeError `invalid_request` for a mode that there is not. */
export function readChoice({ toolConfig }: GenerateRequest): StatedChoice {
  const { mode, allowedFunctionNames } = toolConfig?.functionCallingConfig ?? {};
  const names = allowedFunctionNames ?? [];
  const word = (mode ?? "AUTO").toUpperCase();
  switch (word) {
    case "NONE":
      return { type: "none" };
    case "AUTO":
    case "VALIDATED":
    case "MODE_UNSPECIFIED":
      return names.length === 0 ? { type: "auto" } : { type: "allowed", mode: "auto", names };
    case "ANY": {
      const [only, another] = names;
      if (only !== undefined && another === undefined) return { type: "tool", name: only };
      return names.length === 0 ? { type: "required" } : { type: "allowed", mode: "required", names };
    }
    default: {
      const param = "toolConfig.functionCallingConfig.mode";
      throw new BridgeError("invalid_request", `${param}: must be AUTO, ANY, NONE or VALIDATED.`, { param });
    }
  }
}
