/** What of the extension needs no editor: which model, what an error means, what bytes and signatures are. */
import type { LanguageModelChat } from "vscode";
import { describe, expect, test } from "vitest";
import { catalogOf, chooseModel } from "../../../extension/src/catalog.ts";
import { failureOf } from "../../../extension/src/failure.ts";
import { pictureType } from "../../../extension/src/picture.ts";
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
  [undefined, "host_failed"],
])("the editor's error %j is %s", (thrown, code) => {
  expect(failureOf(thrown).code).toBe(code);
});

test("a picture is what its bytes say, and nothing without them", () => {
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4", "base64");
  expect(pictureType(png)).toBe("image/png");
  expect(pictureType(png.subarray(0, 20))).toBeUndefined();
  expect(pictureType(Buffer.from("GIF89a and some bytes more"))).toBe("image/gif");
  expect(pictureType(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toBeUndefined();
  expect(pictureType(Buffer.alloc(0))).toBeUndefined();
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
