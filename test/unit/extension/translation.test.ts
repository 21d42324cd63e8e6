/** What of the extension needs no editor: which model, what an error means, what bytes and signatures are. */
import type { LanguageModelChat } from "vscode";
import { describe, expect, test } from "vitest";
import { catalogOf, chooseModel } from "../../../extension/src/catalog.ts";
import { failureOf } from "../../../extension/src/failure.ts";
import { pictureOf, sentType } from "../../../extension/src/picture.ts";
import { quoted } from "../../../extension/src/quoted.ts";
import { packThought, unpackThought } from "../../../extension/src/thought-signature.ts";

function model(vendor: string, id: string): LanguageModelChat {
  return { vendor, id, name: id, family: id, version: "1", maxInputTokens: 1000 } as LanguageModelChat;
}

const MODELS = [model("copilot", "gpt-5-mini"), model("copilot", "gpt-5"), model("own", "gpt-5")];

describe("which model answers", () => {
  const chosen = (name: string, hints: readonly string[] = [], preferred = ""): string =>
    chooseModel({ model: name, hints: [...hints] }, catalogOf(MODELS, preferred, true)).model.id;

  test("the one of the very name, also where another provider has the same id", () => {
    expect(chosen("own/gpt-5", ["own/gpt-5", "gpt-5"])).toBe("own/gpt-5");
    expect(chosen("gpt-5", ["gpt-5"])).toBe("copilot/gpt-5");
  });

  test("none in the place of an exact one that is gone, however like it", () => {
    expect(() => chosen("copilot/gpt-5-m", ["copilot/gpt-5-m", "gpt-5-m"])).toThrow("no model");
    expect(() => chooseModel({ model: "auto" }, [])).toThrow("no language model");
  });

  test("the preferred one for a name that says nothing", () => {
    expect(chosen("auto", [], "own/gpt-5")).toBe("own/gpt-5");
    expect(chosen("auto", [], "own/gone")).toBe("copilot/gpt-5-mini");
  });
});

test.each([
  [{ name: "ChatQuotaExceeded" }, "host_quota_exhausted"],
  [{ name: "ChatRateLimited" }, "host_rate_limited"],
  [{ code: "Blocked" }, "host_rate_limited"],
  [{ code: "NotFound" }, "model_not_found"],
  [{ code: "NoPermissions" }, "consent_denied"],
  [{ message: "Message exceeds token limit." }, "context_too_long"],
  [{ message: "out of order" }, "host_failed"],
  [{ code: "constructor" }, "host_failed"],
  [{ isTrusted: true }, "invalid_request"],
  [undefined, "host_failed"],
])("the editor's error %j is %s", (thrown, code) => {
  expect(failureOf(thrown).code).toBe(code);
});

test("a picture is what its bytes say, and nothing without them", () => {
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4", "base64");
  expect(pictureOf(png)).toEqual({ mimeType: "image/png", width: 2, height: 2 });
  expect(pictureOf(png.subarray(0, 20))).toBeUndefined();
  expect(pictureOf(Buffer.from("GIF89a\u0001\u0000\u0002\u0000 and more"))).toEqual({
    mimeType: "image/gif",
    width: 1,
    height: 2,
  });
  expect(pictureOf(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toBeUndefined();
  expect(pictureOf(Buffer.alloc(0))).toBeUndefined();
});

test("a JPEG is as large as its frame says, behind whatever stands before it", () => {
  const jpeg = (...segments: readonly number[][]) => Buffer.from([0xff, 0xd8, ...segments.flat()]);
  const remark = [0xff, 0xfe, 0, 4, 1, 2];
  const tables = [0xff, 0xc4, 0, 3, 9];
  const frame = [0xff, 0xc2, 0, 11, 8, 0x03, 0xe8, 0x04, 0x00, 1, 0, 0, 0];
  const large = { mimeType: "image/jpeg", width: 1024, height: 1000 };
  expect(pictureOf(jpeg(remark, [0xff], tables, frame))).toEqual(large);
  expect(pictureOf(jpeg(remark, tables, remark))).toBeUndefined();
  expect(pictureOf(jpeg([0xff, 0xfe, 0xff, 0xff], frame))).toBeUndefined();
  // The editor makes it smaller, as a PNG.
  expect(sentType(large)).toBe("image/png");
  expect(sentType({ ...large, height: 768 })).toBe("image/jpeg");
});

test("a WebP is as large as it says in each of its forms", () => {
  const webp = (form: string, ...at: readonly (readonly [number, number])[]) => {
    const bytes = Buffer.alloc(32);
    bytes.write(`RIFF....WEBP${form}`, "latin1");
    for (const [index, value] of at) bytes[index] = value;
    return pictureOf(bytes);
  };
  const size = { mimeType: "image/webp", width: 300, height: 2 };
  expect(webp("VP8 ", [26, 44], [27, 1], [28, 2])).toEqual(size);
  expect(webp("VP8L", [21, 43], [22, 1 + 64])).toEqual(size);
  expect(webp("VP8X", [24, 43], [25, 1], [27, 1])).toEqual(size);
  expect(webp("VP9 ")).toBeUndefined();
});

test("what a provider wants back comes back, and nothing that is foreign or damaged", () => {
  const origin = { id: "thought-1", metadata: { signature: "abc" } };
  const packed = packThought(origin);
  expect(packed).not.toMatch(/\s/);
  expect(unpackThought(packed)).toEqual(origin);
  expect(unpackThought(packed.slice(0, -4))).toBeUndefined();
  expect(unpackThought("EqQBCkYIBRgCKkA")).toBeUndefined();
});

test("a word for a shell stays one word", () => {
  expect(quoted("codex", "linux")).toBe("codex");
  expect(quoted("a='b'; rm", "linux")).toBe(String.raw`'a='\''b'\''; rm'`);
  expect(quoted(`n="it's"`, "win32")).toBe(String.raw`'n=\"it''s\"'`);
});
