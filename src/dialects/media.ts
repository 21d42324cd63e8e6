import { BridgeError } from "../turn/error.ts";
import type { MediaPart } from "../turn/message.ts";

const DATA_URL = /^data:((?:image|audio)\/[\w.+-]+)(?:;[\w=.+-]+)*;base64,/i;

/**
 * The data of a `data:` URL. Other URLs are refused: fetching on a client's behalf would make the bridge a
 * proxy into the person's network.
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

/** @throws BridgeError `invalid_request` when the type is not image or audio, or there is no data. */
export function mediaFromBase64(mimeType: string, data: string, param: string): MediaPart {
  const type = mimeType.startsWith("image/") ? "image" : mimeType.startsWith("audio/") ? "audio" : undefined;
  if (type === undefined) {
    throw new BridgeError("invalid_request", `${param}: the media type must be an image or audio type.`, {
      param,
    });
  }
  if (data === "") throw new BridgeError("invalid_request", `${param}: the data is empty.`, { param });
  return { type, mimeType, data };
}
