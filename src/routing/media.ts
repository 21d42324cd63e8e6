import type { HostInfo } from "../hosts/host.ts";
import { BridgeError } from "../turn/error.ts";
import type { Part } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

/**
 * Refuses images and audio for a host that is known to drop them: the answer would be about something the model has
 * not seen.
 *
 * @throws BridgeError `unsupported_feature` naming the host.
 */
export function refuseMedia(request: TurnRequest, host: HostInfo): void {
  const { images, audio } = host.abilities;
  if (images !== "no" && audio !== "no") return;
  for (const message of request.messages) {
    for (const kind of message.parts.flatMap(mediaOf)) {
      if ((kind === "image" ? images : audio) !== "no") continue;
      throw new BridgeError(
        "unsupported_feature",
        `The MCP host (${host.name}) takes no ${kind === "image" ? "images" : "audio"}. ` +
          "Leave it out, or use another host.",
        { param: "messages" },
      );
    }
  }
}

function mediaOf(part: Part): ("image" | "audio")[] {
  if (part.type === "image" || part.type === "audio") return [part.type];
  return part.type === "tool-result" ? part.content.flatMap(mediaOf) : [];
}
