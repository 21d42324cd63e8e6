/** Estimates the tokens of a picture from the size in its first bytes. */
import type { MediaPart } from "../../turn/message.ts";

/** Pixels for each token, as Anthropic documents it. */
const PIXELS_PER_TOKEN = 750;
/** Hosts and models scale larger pictures down to about this. Also for audio and for pictures whose size we cannot read. */
const MOST = 1600;
/** So many base64 characters contain the size of a PNG, GIF or WebP, and of a JPEG without a large preview. */
const HEAD = 65_536;

export function mediaTokens(part: MediaPart): number {
  if (part.type === "audio") return MOST;
  const head = Buffer.from(part.data.slice(0, HEAD), "base64");
  const pixels = pngPixels(head) ?? gifPixels(head) ?? webpPixels(head) ?? jpegPixels(head);
  return pixels === undefined ? MOST : Math.min(MOST, Math.ceil(pixels / PIXELS_PER_TOKEN) + 1);
}

function pngPixels(head: Buffer): number | undefined {
  if (head.length < 24 || head.toString("latin1", 1, 4) !== "PNG") return undefined;
  return head.readUInt32BE(16) * head.readUInt32BE(20);
}

function gifPixels(head: Buffer): number | undefined {
  if (head.length < 10 || head.toString("latin1", 0, 3) !== "GIF") return undefined;
  return head.readUInt16LE(6) * head.readUInt16LE(8);
}

/** The three kinds of WebP: lossy, lossless and extended. */
function webpPixels(head: Buffer): number | undefined {
  if (head.length < 30 || head.toString("latin1", 8, 12) !== "WEBP") return undefined;
  switch (head.toString("latin1", 12, 16)) {
    case "VP8 ":
      return (head.readUInt16LE(26) & 0x3fff) * (head.readUInt16LE(28) & 0x3fff);
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    }
    case "VP8X":
      return (head.readUIntLE(24, 3) + 1) * (head.readUIntLE(27, 3) + 1);
    default:
      return undefined;
  }
}

/** Walks from marker to marker until the one that starts a frame. */
function jpegPixels(head: Buffer): number | undefined {
  if (head.length < 4 || head.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= head.length && head[at] === 0xff;) {
    const marker = head[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return head.readUInt16BE(at + 5) * head.readUInt16BE(at + 7);
    at += 2 + head.readUInt16BE(at + 2);
  }
  return undefined;
}
