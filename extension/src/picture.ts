/**
 * What kind of picture bytes are, by the bytes themselves: the editor re-encodes large pictures and trusts the label, so a wrong one
 * reaches the model, and a picture that cannot be read comes back as an error without words.
 */
const KINDS: readonly { readonly mimeType: string; readonly fits: (bytes: Buffer) => boolean }[] = [
  {
    mimeType: "image/png",
    fits: (bytes) =>
      bytes.length >= 33 &&
      bytes.readUInt32BE(0) === 0x89_50_4e_47 &&
      bytes.readUInt32BE(4) === 0x0d_0a_1a_0a &&
      bytes.toString("latin1", 12, 16) === "IHDR",
  },
  {
    mimeType: "image/jpeg",
    fits: (bytes) => bytes.length >= 12 && bytes.readUInt16BE(0) === 0xff_d8 && bytes[2] === 0xff,
  },
  {
    mimeType: "image/gif",
    fits: (bytes) => bytes.length >= 14 && /^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6)),
  },
  {
    mimeType: "image/webp",
    fits: (bytes) =>
      bytes.length >= 30 &&
      bytes.toString("latin1", 0, 4) === "RIFF" &&
      bytes.toString("latin1", 8, 12) === "WEBP",
  },
];

/** The media type of a picture; `undefined` for bytes that are none of the kinds that models read. */
export function pictureType(bytes: Buffer): string | undefined {
  return KINDS.find(({ fits }) => fits(bytes))?.mimeType;
}
