import { expect, test } from "vitest";
import { mediaTokens } from "../../../../src/polyfill/tokenizer/media-tokens.ts";

const MOST = 1600;

function tokensOf(bytes: readonly number[]): number {
  return mediaTokens({ type: "image", mimeType: "image/any", data: Buffer.from(bytes).toString("base64") });
}

const ascii = (text: string): number[] => [...Buffer.from(text, "latin1")];
const big = (value: number): number[] => [value >> 8, value & 255];
const little = (value: number): number[] => [value & 255, value >> 8];

/** The beginnings of pictures of 300 by 200 pixels, as their formats define them. */
const PICTURES: readonly [string, number[]][] = [
  [
    "PNG",
    [0x89, ...ascii("PNG\r\n\x1A\n"), 0, 0, 0, 13, ...ascii("IHDR"), 0, 0, ...big(300), 0, 0, ...big(200)],
  ],
  ["GIF", [...ascii("GIF89a"), ...little(300), ...little(200)]],
  [
    "JPEG with EXIF",
    [
      0xff,
      0xd8,
      0xff,
      0xe1,
      ...big(102),
      ...Array.from({ length: 100 }, () => 0),
      0xff,
      0xc2,
      ...big(17),
      8,
      ...big(200),
      ...big(300),
      3,
    ],
  ],
  [
    "lossy WebP",
    [
      ...ascii("RIFF\0\0\0\0WEBPVP8 "),
      ...Array.from({ length: 10 }, () => 0),
      ...little(300),
      ...little(200),
    ],
  ],
  [
    "lossless WebP",
    [...ascii("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F"), ...bits(299 | (199 << 14)), 0, 0, 0, 0, 0],
  ],
  ["extended WebP", [...ascii("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0"), ...little(299), 0, ...little(199), 0]],
];

function bits(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
}

test.each(PICTURES)("%s: the size is read from its first bytes", (_, bytes) => {
  expect(tokensOf(bytes)).toBe((300 * 200) / 750 + 1);
});

test("a large picture costs what it is scaled down to", () => {
  const png = [
    0x89,
    ...ascii("PNG\r\n\x1A\n"),
    0,
    0,
    0,
    13,
    ...ascii("IHDR"),
    0,
    0,
    ...big(9000),
    0,
    0,
    ...big(9000),
  ];
  expect(tokensOf(png)).toBe(MOST);
});

test.each(PICTURES)("%s that is cut off or broken is counted as a large one", (_, bytes) => {
  for (let length = 0; length < bytes.length - 4; length += 1) {
    expect(tokensOf(bytes.slice(0, length))).toBeGreaterThan(0);
  }
  expect(tokensOf(bytes.slice(0, 8))).toBe(MOST);
});

test("audio, and what is no picture at all, is counted as a large picture", () => {
  expect(mediaTokens({ type: "audio", mimeType: "audio/wav", data: "eA==" })).toBe(MOST);
  expect(mediaTokens({ type: "image", mimeType: "image/png", data: "" })).toBe(MOST);
  expect(mediaTokens({ type: "image", mimeType: "image/png", data: "!!!" })).toBe(MOST);
});
