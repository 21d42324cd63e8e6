/**
 * What kind of picture bytes are, by the bytes themselves: the editor trusts the label, so a wrong one reaches the model, and a picture
 * that cannot be read comes back as an error without words.
 */

export interface Picture {
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

type Size = readonly [width: number, height: number];

interface Kind {
  readonly mimeType: string;
  readonly fits: (bytes: Buffer) => boolean;
  /** `undefined` where the bytes do not say. */
  readonly size: (bytes: Buffer) => Size | undefined;
}

const KINDS: readonly Kind[] = [
  {
    mimeType: "image/png",
    fits: (bytes) =>
      bytes.length >= 33 &&
      bytes.readUInt32BE(0) === 0x89_50_4e_47 &&
      bytes.readUInt32BE(4) === 0x0d_0a_1a_0a &&
      bytes.toString("latin1", 12, 16) === "IHDR",
    size: (bytes) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
  },
  {
    mimeType: "image/jpeg",
    fits: (bytes) => bytes.length >= 12 && bytes.readUInt16BE(0) === 0xff_d8 && bytes[2] === 0xff,
    size: jpegSize,
  },
  {
    mimeType: "image/gif",
    fits: (bytes) => bytes.length >= 14 && /^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6)),
    size: (bytes) => [bytes.readUInt16LE(6), bytes.readUInt16LE(8)],
  },
  {
    mimeType: "image/webp",
    fits: (bytes) =>
      bytes.length >= 30 &&
      bytes.toString("latin1", 0, 4) === "RIFF" &&
      bytes.toString("latin1", 8, 12) === "WEBP",
    size: webpSize,
  },
];

/** `undefined` for bytes that are no picture of the kinds that models read. */
export function pictureOf(bytes: Buffer): Picture | undefined {
  const kind = KINDS.find(({ fits }) => fits(bytes));
  const [width, height] = kind?.size(bytes) ?? [0, 0];
  return kind === undefined || width === 0 || height === 0
    ? undefined
    : { mimeType: kind.mimeType, width, height };
}

/** Pictures with both sides longer are made smaller by the editor. */
const LONGEST_SIDE = 768;

/** The type under which the model gets it from the editor: what the editor makes smaller is a PNG then, and keeps its label. */
export function sentType({ mimeType, width, height }: Picture): string {
  return Math.min(width, height) > LONGEST_SIDE ? "image/png" : mimeType;
}

/** Segments of a JPEG that tell its size: all starts of a frame, among which lie three of another meaning. */
const FRAME_FIRST = 0xc0;
const FRAME_LAST = 0xcf;
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // It may be filled up.
      continue;
    }
    if (marker >= FRAME_FIRST && marker <= FRAME_LAST && !NO_FRAMES.has(marker))
      return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function webpSize(bytes: Buffer): Size | undefined {
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8 ":
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
    }
    case "VP8X":
      return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
    default:
      return undefined;
  }
}
