/** `generationConfig` in our names (Gemini API reference, "Generating content", `GenerationConfig`). */
import { BridgeError } from "../../turn/error.ts";
import type { ResponseFormat, Thinking, TurnRequest } from "../../turn/request.ts";
import { formSchema } from "../client-schema.ts";
import { jsonSchema } from "./open-api-schema.ts";
import type { GenerationConfig } from "./schema.ts";

/** The answer is one of several words, without the quotes of JSON. */
export const ONE_OF = "text/x.enum";

type Settings = Pick<
  TurnRequest,
  "maxTokens" | "temperature" | "stopSequences" | "responseFormat" | "thinking" | "parallelToolCalls"
>;

/** @throws BridgeError `invalid_request` for a form that is none. */
export function readSettings(stated: GenerationConfig): Settings {
  const thinking = readThinking(stated);
  const stops = stated.stopSequences ?? [];
  return {
    maxTokens: stated.maxOutputTokens ?? undefined,
    temperature: stated.temperature ?? undefined,
    stopSequences: stops.filter((each, index) => each !== "" && stops.indexOf(each) === index),
    responseFormat: readFormat(stated),
    ...(thinking !== undefined && { thinking }),
    parallelToolCalls: true,
  };
}

function readThinking({ thinkingConfig }: GenerationConfig): Thinking | undefined {
  const { thinkingBudget: budget, thinkingLevel: level } = thinkingConfig ?? {};
  const hasLevel = typeof level === "string" && level !== "" && level !== "THINKING_LEVEL_UNSPECIFIED";
  if (budget === 0) return { enabled: false };
  if (!hasLevel && (budget ?? undefined) === undefined) return undefined;
  return {
    enabled: true,
    ...(hasLevel && { effort: level.toLowerCase().slice(0, 40) }),
    ...(typeof budget === "number" && budget > 0 && { budgetTokens: budget }),
  };
}

function readFormat(stated: GenerationConfig): ResponseFormat {
  const type = stated.responseMimeType ?? "";
  const at = "generationConfig";
  const schemas = {
    responseSchema: jsonSchema(stated.responseSchema),
    responseJsonSchema: stated.responseJsonSchema ?? stated._responseJsonSchema,
  };
  const [found, another] = Object.entries(schemas).filter(
    ([, schema]) => (schema ?? undefined) !== undefined,
  );
  if (another !== undefined) {
    throw fault(`${at}.responseJsonSchema`, "responseSchema says the same in another form; send one of them");
  }
  if (type !== "" && type !== "application/json" && type !== ONE_OF && type !== "text/plain") {
    throw fault(`${at}.responseMimeType`, `must be text/plain, application/json or ${ONE_OF}`);
  }
  if (found === undefined) {
    if (type === ONE_OF)
      throw fault(`${at}.responseSchema`, `${ONE_OF} needs a schema with the words to choose from`);
    return { type: type === "application/json" ? "json" : "text" };
  }
  if (type === "text/plain") throw fault(`${at}.responseMimeType`, "a schema needs application/json");
  const [member, schema] = found;
  const form = formSchema(schema, `${at}.${member}`);
  return { type: "json", ...(form !== undefined && { schema: form }) };
}

function fault(param: string, problem: string): BridgeError {
  return new BridgeError("invalid_request", `${param}: ${problem}.`, { param });
}
