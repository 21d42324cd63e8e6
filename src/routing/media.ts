import type { HostInfo } from "../hosts/host.ts";
import { BridgeError } from "../turn/error.ts";
import type { Part } from "../turn/message.ts";
import { modelFor } from "./its-model.ts";
import type { TurnRequest } from "../turn/request.ts";

export type MediaKind = "image" | "audio";

/** The kinds of media in a request, each once. */
export function mediaKinds(request: TurnRequest): MediaKind[] {
  return [...new Set(request.messages.flatMap(({ parts }) => parts.flatMap(mediaOf)))];
}

/**
 * The error for a host that is known to drop media of the request: the answer would be about something the model has
 * not seen. `undefined` when the host accepts them all.
 */
export function droppedMedia(request: TurnRequest, host: HostInfo): BridgeError | undefined {
  const { images, audio } = host.abilities;
  if (images !== "no" && audio !== "no") return undefined;
  const kind = mediaKinds(request).find((each) => (each === "image" ? images : audio) === "no");
  if (kind === undefined) return undefined;
  const model = modelFor(host, request)?.id;
  const who = model === undefined ? `MCP host (${host.name})` : `model ${model}`;
  return new BridgeError(
    "unsupported_feature",
    `The ${who} does not accept ${kind === "image" ? "images" : "audio"}. ` +
      `Leave it out, or use another ${model === undefined ? "host" : "model"}.`,
    { param: "messages" },
  );
}

function mediaOf(part: Part): MediaKind[] {
  if (part.type === "image" || part.type === "audio") return [part.type];
  return part.type === "tool-result" ? part.content.flatMap(mediaOf) : [];
}
