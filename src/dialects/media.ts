import { BridgeError } from "../turn/error.ts";
import type { MediaPart } from "../turn/message.ts";

const STANDARD = /^[A-Za-z0-9+/]+={0,2}$/;
const UNPADDED = /^[A-Za-z0-9+/]+$/;

const DATA_URL = /^data:((?:image|audio)\/[\w.+-]+)(?:;[\w=.+-]+)*;base64,/i;

/**
 * The data of a `data:` URL. Other URLs are refused: fetching for a client would make the bridge a proxy into the
 * person's network.
 *
 * @throws BridgeError `invalid_request` or `unsupported_feature`.
 */
export function mediaFromUrl(url: string, param: string): MediaPart {
  const match = DATA_URL.exec(url.slice(0, 200));
  if (match?.[1] !== undefined) {
    return mediaFromBase64(match[1].toLowerCase(), url.slice(match[0].length), param);
  }
  if (/^https?:/i.test(url)) {
    throw new BridgeError(
      "unsupported_feature",
      `${param}: images by URL are not fetched; send a data: URL.`,
      { param },
    );
  }
  throw new BridgeError(
    "invalid_request",
    `${param}: expected a data: URL with base64 image or audio data.`,
    { param },
  );
}

/** @throws BridgeError `invalid_request` when the type is not image or audio, or the data is empty or not base64. */
export function mediaFromBase64(mimeType: string, data: string, param: string): MediaPart {
  const type = mimeType.startsWith("image/") ? "image" : mimeType.startsWith("audio/") ? "audio" : undefined;
  if (type === undefined) {
    throw new BridgeError("invalid_request", `${param}: the media type must be an image or audio type.`, {
      param,
    });
  }
  if (data === "") throw new BridgeError("invalid_request", `${param}: the data is empty.`, { param });
  const standard = standardBase64(data);
  if (standard !== undefined) return { type, mimeType, data: standard };
  throw new BridgeError("invalid_request", `${param}: the data is not base64.`, { param });
}

/**
 * Base64 as in MCP (RFC 4648, section 4): with padding and without line breaks. Clients also send the URL alphabet
 * (section 5, for example Google's Python package), omit the padding, or break lines as in mail.
 */
function standardBase64(data: string): string | undefined {
  if (data.length % 4 === 0 && STANDARD.test(data)) return data;
  const bare = data
    .replaceAll(/\s+/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace(/={1,2}$/, "");
  if (bare.length % 4 === 1 || !UNPADDED.test(bare)) return undefined;
  return bare + "=".repeat((4 - (bare.length % 4)) % 4);
}
