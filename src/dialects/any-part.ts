/**
 * Content parts of one API in a request to another, with calls, results and reasoning (OpenAI and Anthropic API references,
 * content parts).
 */
import * as z from "zod";
import type { Part } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { flatName } from "./any-tool.ts";
import { callArguments } from "./call-arguments.ts";
import {
  type Content,
  contentOf,
  readPlain,
  readPlainPart,
  textParts,
  type TypedPart,
} from "./plain-part.ts";
import { id, name } from "./shapes.ts";
import { validate } from "./validate.ts";

const SHAPES = {
  toolUse: z.object({ id, name, input: z.unknown(), toolset_name: name.nullish() }),
  toolResult: z.object({ tool_use_id: id, content: contentOf, is_error: z.boolean().nullish() }),
  thinking: z.object({ thinking: z.string(), signature: z.string().nullish() }),
  redacted: z.object({ data: z.string() }),
} as const;

/** A reader of contents with parts of any API. It throws as `readPart` does. */
export function partsIn(notices: Notice[]): (content: Content, at: string) => Part[] {
  return (content, at) => {
    if (content === null || content === undefined) return [];
    if (typeof content === "string") return textParts(content);
    return content.flatMap((part, index) =>
      typeof part === "string" ? textParts(part) : readPart(part, `${at}.${index}`, notices),
    );
  };
}

/**
 * The neutral parts of a content part of any API.
 *
 * @throws BridgeError `invalid_request` for an unknown type without readable text, and as the readers of the parts do.
 */
export function readPart(part: TypedPart, at: string, notices: Notice[]): Part[] {
  switch (part.type) {
    case "tool_use": {
      const call = validate(SHAPES.toolUse, part, at);
      const input = callArguments(argumentsText(call.input), `${at}.input`);
      return [{ type: "tool-call", id: call.id, name: flatName(call.name, call.toolset_name), input }];
    }
    case "tool_result": {
      const { tool_use_id: callId, content, is_error: isError } = validate(SHAPES.toolResult, part, at);
      const inner = readPlain(content, `${at}.content`, notices);
      return [{ type: "tool-result", callId, content: inner, isError: isError ?? false }];
    }
    case "thinking": {
      const { thinking: text, signature } = validate(SHAPES.thinking, part, at);
      return [
        { type: "reasoning", text, ...(typeof signature === "string" && signature !== "" && { signature }) },
      ];
    }
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: validate(SHAPES.redacted, part, at).data }];
    default:
      return readPlainPart(part, at, notices);
  }
}

/** Arguments are an object; some proxies send them as text. */
function argumentsText(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}
