/** Pictures, which come as base64 alone: what they are is read from their first bytes. */
import type { MediaPart } from "../../turn/message.ts";
import { mediaFromBase64, mediaFromUrl } from "../media.ts";

/** Some clients send the URL of the data, or that of a picture elsewhere, which is refused by name. @throws BridgeError as the readers of media do. */
export function readImages(images: readonly string[] | null | undefined, at: string): MediaPart[] {
  return (images ?? []).map((image, index) => {
    const param = `${at === "" ? "" : `${at}.`}images.${index}`;
    return /^(?:data|https?):/i.test(image.slice(0, 10))
      ? mediaFromUrl(image, param)
      : mediaFromBase64(mediaTypeOf(image), image, param);
  });
}

const HEADS: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^RIFF[^]{4}WAVE/, "audio/wav"],
  [/^BM/, "image/bmp"],
];

function mediaTypeOf(base64: string): string {
  const head = Buffer.from(base64.slice(0, 24), "base64").toString("latin1");
  return HEADS.find(([beginning]) => beginning.test(head))?.[1] ?? "image/png";
}
