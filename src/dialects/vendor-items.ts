/**
 * Items of tools that the vendor's servers ran (OpenAI API reference, "Create a model response", `input`: `web_search_call`,
 * `file_search_call`, `code_interpreter_call`, `image_generation_call`, `mcp_call` and their like). The bridge does not
 * have these tools, but their input and results belong to the conversation: they are sent to the model as text,
 * pictures as pictures.
 */
import * as z from "zod";
import type { MediaPart, Message, Part } from "../turn/message.ts";
import type { Item } from "./any-item.ts";
import { MOST } from "./limits.ts";
import { mediaFromBase64, mediaFromUrl } from "./media.ts";
import { list, name } from "./shapes.ts";
import { validate } from "./validate.ts";

/** The members that we read; the items are sent as JSON. */
const vendorItems = {
  image: z.looseObject({ result: z.string().nullish(), output_format: name.nullish() }),
  code: z.looseObject({
    outputs: list(z.looseObject({ url: z.string().nullish() }), MOST.parts).nullish(),
  }),
  listed: z.object({
    server_label: name.nullish(),
    tools: list(z.object({ name: name.nullish() }), MOST.tools).nullish(),
    error: z.unknown().optional(),
  }),
} as const;

/** Calls, their outputs, and items of tool servers. */
const KINDS = /^(?:program|[a-z_]{1,60}_(?:call|call_output|output)|mcp_[a-z_]{1,60})$/;

/** Members without content. */
const BOOKKEEPING: ReadonlySet<string> = new Set(["id", "status", "created_by"]);

/** The messages for such an item; `undefined` for items of other types. @throws BridgeError for a malformed picture. */
export function readVendorItem(item: Item, at: string): Message[] | undefined {
  const { type } = item;
  if (typeof type !== "string" || !KINDS.test(type)) return undefined;
  switch (type) {
    case "image_generation_call": {
      const { result, output_format: format, ...rest } = validate(vendorItems.image, item, at);
      if (typeof result !== "string" || result === "") return [told(rest)];
      return [told(rest), shown([mediaFromBase64(`image/${format ?? "png"}`, result, `${at}.result`)])];
    }
    case "code_interpreter_call": {
      const { outputs, ...rest } = validate(vendorItems.code, item, at);
      const pictures = (outputs ?? []).flatMap(({ url }, index) =>
        typeof url === "string" && url.startsWith("data:")
          ? mediaFromUrl(url, `${at}.outputs.${index}.url`)
          : [],
      );
      const texts = (outputs ?? []).filter(
        ({ url }) => !(typeof url === "string" && url.startsWith("data:")),
      );
      const call = told({ ...rest, ...(texts.length > 0 && { outputs: texts }) });
      return pictures.length === 0 ? [call] : [call, shown(pictures)];
    }
    case "mcp_list_tools":
    case "tool_search_output": {
      // The schemas of callable tools are in the tools; others are not needed.
      const { server_label: server, tools, error } = validate(vendorItems.listed, item, at);
      return [told({ type, server_label: server, tools: (tools ?? []).map(({ name }) => name), error })];
    }
    case "mcp_approval_response":
      return [told(item, "user")];
    default:
      return [told(item)];
  }
}

function told(members: object, role: Message["role"] = "assistant"): Message {
  const kept = Object.entries(members).filter(
    ([member, value]) => value !== null && value !== undefined && !BOOKKEEPING.has(member),
  );
  return { role, parts: [{ type: "text", text: JSON.stringify(Object.fromEntries(kept)) }] };
}

/** Pictures are sent as the user's: not every model accepts them from the assistant. */
function shown(pictures: readonly MediaPart[]): Message {
  const parts: Part[] = [...pictures];
  return { role: "user", parts };
}
