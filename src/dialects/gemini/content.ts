/** Contents to neutral messages (Gemini API reference, "Generating content", `Content` and `Part`). */
import { BridgeError } from "../../turn/error.ts";
import type { MediaPart, Message, Part, TextPart, ToolResultPart } from "../../turn/message.ts";
import type { CallIds } from "../any-message.ts";
import { textParts } from "../plain-part.ts";
import { appendAll } from "../append-all.ts";
import { attachedFile } from "../attachment.ts";
import { callArguments } from "../call-arguments.ts";
import type { JsonObject } from "../shapes.ts";
import { validate } from "../validate.ts";
import { part, type Content, type Part as WirePart } from "./schema.ts";
import { readSignature } from "./signature.ts";

/** `function` and `tool` are from before results stood in the user's contents; the others are of other APIs. */
const ROLES: ReadonlyMap<string, Message["role"]> = new Map([
  ["user", "user"],
  ["function", "user"],
  ["tool", "user"],
  ["model", "assistant"],
  ["assistant", "assistant"],
  ["system", "system"],
]);

/** @throws BridgeError `invalid_request`, or `unsupported_feature` for a file that is not in the request. */
export function readContent({ role, parts }: Content, at: string, ids: CallIds): Message {
  const known = ROLES.get(role === null || role === undefined || role === "" ? "user" : role);
  if (known === undefined) throw fault(`${at}.role`, "must be user or model");
  const read: Part[] = [];
  for (const [index, stated] of (parts ?? []).entries()) {
    appendAll(read, readPart(stated, `${at}.parts.${index}`, ids));
  }
  return { role: known, parts: read };
}

/** The system prompt. @throws BridgeError `invalid_request` where it is more than text. */
export function readSystem(content: Content | null | undefined, ids: CallIds): TextPart[] {
  if (content === null || content === undefined) return [];
  const { parts } = readContent({ ...content, role: undefined }, "systemInstruction", ids);
  return parts.map((each) => {
    if (each.type === "text") return each;
    throw fault("systemInstruction", "a system prompt holds text only");
  });
}

function readPart(stated: object, at: string, ids: CallIds): Part[] {
  const read = validate(part, stated, at);
  const signature = read.thoughtSignature ?? "";
  if (read.thought === true) {
    return [{ type: "reasoning", text: read.text ?? "", ...(signature !== "" && { signature }) }];
  }
  const parts = readData(read, at, ids);
  if (parts === undefined && signature === "") throw unknownPart(stated, at);
  return [...readSignature(signature), ...(parts ?? [])];
}

/** What a part holds; `undefined` where it holds nothing that is known. */
function readData(read: WirePart, at: string, ids: CallIds): Part[] | undefined {
  const { text, inlineData, fileData, functionCall: call, functionResponse: response } = read;
  if (call !== null && call !== undefined) {
    const stated = call.id ?? "";
    const id = stated === "" ? ids.mint(call.name) : ids.called(call.name, stated);
    const input = callArguments(JSON.stringify(call.args ?? {}), `${at}.functionCall.args`);
    return [{ type: "tool-call", id, name: call.name, input }];
  }
  if (response !== null && response !== undefined)
    return [readResponse(response, `${at}.functionResponse`, ids)];
  if (inlineData !== null && inlineData !== undefined) return readBlob(inlineData, `${at}.inlineData`);
  if (fileData !== null && fileData !== undefined) return readFile(fileData, `${at}.fileData`);
  if (typeof text === "string") return textParts(text);
  // What Google's own tools were asked and have found belongs to the conversation.
  const { executableCode, codeExecutionResult, toolCall, toolResponse } = read;
  const ran = Object.entries({ executableCode, codeExecutionResult, toolCall, toolResponse }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return ran.length === 0 ? undefined : textParts(JSON.stringify(Object.fromEntries(ran)));
}

type Blob = NonNullable<WirePart["inlineData"]>;
type FileData = NonNullable<WirePart["fileData"]>;
type FunctionResponse = NonNullable<WirePart["functionResponse"]>;

function readBlob({ mimeType, data, displayName }: Blob, at: string): (TextPart | MediaPart)[] {
  return attachedFile({ mimeType, data, name: displayName }, at);
}

function readFile({ mimeType, fileUri, displayName }: FileData, at: string): (TextPart | MediaPart)[] {
  if (fileUri?.slice(0, 5).toLowerCase() === "data:") {
    return attachedFile({ mimeType, uri: fileUri, name: displayName }, at);
  }
  throw new BridgeError(
    "unsupported_feature",
    `${at}: files by URI are not fetched; send them as inlineData.`,
    { param: at },
  );
}

function readResponse(
  { id, name, response, parts }: FunctionResponse,
  at: string,
  ids: CallIds,
): ToolResultPart {
  const { value, isError } = resultIn(response ?? {});
  const media = (parts ?? []).flatMap(({ inlineData, fileData }, index) => {
    const where = `${at}.parts.${index}`;
    if (inlineData !== null && inlineData !== undefined) return readBlob(inlineData, `${where}.inlineData`);
    if (fileData !== null && fileData !== undefined) return readFile(fileData, `${where}.fileData`);
    throw unknownPart({}, where);
  });
  const content = [...textParts(typeof value === "string" ? value : (JSON.stringify(value) ?? "")), ...media];
  return { type: "tool-result", callId: ids.resultOf(name ?? "", id ?? ""), content, isError };
}

/** A result is the whole object, unless all it holds is named as an output or an error (`FunctionResponse`, `response`). */
function resultIn(response: JsonObject): { readonly value: unknown; readonly isError: boolean } {
  const [only, another] = Object.entries(response);
  const isError = (response["error"] ?? undefined) !== undefined;
  if (only === undefined || another !== undefined) return { value: response, isError: false };
  const [name, value] = only;
  return { value: name === "output" || isError ? value : response, isError };
}

function unknownPart(stated: object, at: string): BridgeError {
  const [kind] = Object.keys(stated);
  if (kind === undefined) return fault(at, "the part is empty");
  return fault(
    at,
    `the bridge does not know content of the kind ${JSON.stringify(kind.slice(0, 50))}; send it as text`,
  );
}

function fault(param: string, problem: string): BridgeError {
  return new BridgeError("invalid_request", `${param}: ${problem}.`, { param });
}
