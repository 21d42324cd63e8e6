/** Input items to messages: what all APIs share, and the items that only this one has. */
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

/** The messages of a history; `placeOf` says where an item stands in the request. @throws BridgeError as `readItem` does. */
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
      // They are read with the request's own.
      return [];
    case "compaction":
    case "compaction_summary": {
      const text = readCompaction(validate(items.compaction, item, at).encrypted_content, at);
      return [user([{ type: "text", text }])];
    }
    case "compaction_trigger":
      // It asks for something, and says nothing.
      return [];
    default: {
      const ofClient = readClientItem(item, at);
      if (ofClient === undefined) return readItem(item, at, reading);
      return [ofClient.type === "tool-call" ? assistant([ofClient]) : user([ofClient])];
    }
  }
}
