/** Converts input items to messages: those that all APIs share, and those that only this one has. */
import type { Message } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import { assistant, readItem, user, type Item } from "../any-item.ts";
import { CallIds, type MessageReading } from "../any-message.ts";
import { partsIn } from "../any-part.ts";
import { joinMessages } from "../any-prompt.ts";
import { validate } from "../validate.ts";
import { readClientItem } from "./client-tools.ts";
import { readCompaction } from "./compaction.ts";
import { items } from "./schema.ts";

/** The messages of a history; `placeOf` gives the place of an item in the request. @throws BridgeError as `readItem` does. */
export function decodeItems(
  source: readonly Item[],
  notices: Notice[],
  placeOf: (index: number) => string,
): Message[] {
  const reading: MessageReading = { content: partsIn(notices), ids: new CallIds(), notices };
  return joinMessages(source.flatMap((item, index) => decodeItem(item, placeOf(index), reading)));
}

function decodeItem(item: Item, at: string, reading: MessageReading): readonly Message[] {
  switch (item.type) {
    case "additional_tools":
      // These are read together with the request's own tools.
      return [];
    case "compaction":
    case "compaction_summary": {
      const text = readCompaction(validate(items.compaction, item, at).encrypted_content, at);
      return [user([{ type: "text", text }])];
    }
    case "compaction_trigger":
      // It is an instruction without content.
      return [];
    default: {
      const ofClient = readClientItem(item, at);
      if (ofClient === undefined) return readItem(item, at, reading);
      return [ofClient.type === "tool-call" ? assistant([ofClient]) : user([ofClient])];
    }
  }
}
