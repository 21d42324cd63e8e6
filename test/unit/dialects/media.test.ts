import { expect } from "vitest";
import { mediaFromBase64, mediaFromUrl } from "../../../src/dialects/media.ts";
import { verifies } from "../../support/verifies.ts";

const BYTES = Buffer.from([0xfb, 0xff, 0xfe, 0x00, 0x3e, 0x3f, 0xff]);
const STANDARD = BYTES.toString("base64");

verifies(
  "clients.media-data",
  "data reaches the host as standard base64, in whatever form of it the client sent it",
  () => {
    expect(STANDARD).toMatch(/[+/].*=$/);
    const url = BYTES.toString("base64url");
    for (const sent of [
      STANDARD,
      url,
      `${url}=`,
      STANDARD.replace("=", ""),
      STANDARD.replaceAll(/(.{4})/g, "$1\r\n"),
      ` ${STANDARD}\n`,
    ]) {
      expect(mediaFromBase64("image/png", sent, "data").data).toBe(STANDARD);
      expect(mediaFromUrl(`data:image/png;base64,${sent}`, "url").data).toBe(STANDARD);
    }
  },
);

verifies("clients.media-data", "what is no base64 is refused by name before a host is asked", () => {
  for (const sent of ["notbase64!", "a", "ab===", "====", "aGk=aGk=", "äöü", " "]) {
    expect(() => mediaFromBase64("image/png", sent, "messages.0.images.0")).toThrow(
      expect.objectContaining({ code: "invalid_request", param: "messages.0.images.0" }),
    );
  }
});
