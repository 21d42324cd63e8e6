import { expect } from "vitest";
import type { HostInfo } from "../../../src/hosts/host.ts";
import type { Honours } from "../../../src/turn/abilities.ts";
import { droppedMedia } from "../../../src/routing/media.ts";
import type { MediaPart, Part } from "../../../src/turn/message.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

function host(images: Honours, audio: Honours): HostInfo {
  return hostInfo({ name: "goose", abilities: { images, audio } });
}

const image: MediaPart = { type: "image", mimeType: "image/png", data: "aGk=" };
const audio: MediaPart = { type: "audio", mimeType: "audio/wav", data: "aGk=" };
const withPart = (part: Part): TurnRequest => turnRequest({ messages: [{ role: "user", parts: [part] }] });

verifies("host.media", "refuses what the host drops, by the host's name", () => {
  for (const part of [
    image,
    { type: "tool-result", callId: "1", content: [image], isError: false } as const,
  ]) {
    expect(droppedMedia(withPart(part), host("no", "yes"))).toMatchObject({
      code: "unsupported_feature",
      message: "The MCP host (goose) does not accept images. Leave it out, or use another host.",
    });
  }
  expect(droppedMedia(withPart(audio), host("yes", "no"))?.message).toMatch(/does not accept audio/);
});

verifies("host.media", "lets through what the host takes or may take", () => {
  for (const honours of ["yes", "unknown"] as const) {
    expect(droppedMedia(withPart(image), host(honours, "no"))).toBeUndefined();
    expect(droppedMedia(withPart(audio), host("no", honours))).toBeUndefined();
  }
  expect(droppedMedia(turnRequest(), host("no", "no"))).toBeUndefined();
});
