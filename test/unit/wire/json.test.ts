import { expect, test } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import { checkMediaType, parseJson } from "../../../src/wire/json.ts";
import { verifies } from "../../support/verifies.ts";

function code(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (thrown) {
    return thrown instanceof BridgeError ? thrown.code : String(thrown);
  }
}

verifies("server.media-type", "JSON types and no type pass", () => {
  const types = ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'];
  types.push("application/vnd.api+json", "application/json ; profile=x", "");
  for (const type of types)
    expect([type, code(() => checkMediaType({ "content-type": type }))]).toEqual([type, undefined]);
  expect(code(() => checkMediaType({}))).toBeUndefined();
});

verifies("server.media-type", "what a form or a page can send is refused", () => {
  const types = [
    "text/plain",
    "text/plain;application/json",
    "application/x-www-form-urlencoded",
    "text/json",
  ];
  types.push(
    "multipart/form-data; boundary=application/json",
    "application/jsonp",
    "application/json, text/plain",
  );
  types.push("application/json; charset=utf-16", "json");
  for (const type of types) {
    expect([type, code(() => checkMediaType({ "content-type": type }))]).toEqual([
      type,
      "unsupported_media_type",
    ]);
  }
});

verifies("server.no-compression", "every content-encoding but identity is refused", () => {
  for (const encoding of ["gzip", "br", "deflate", "zstd", "identity, gzip", "GZIP", ""]) {
    expect(code(() => checkMediaType({ "content-encoding": encoding }))).toBe("unsupported_media_type");
  }
  expect(code(() => checkMediaType({ "content-encoding": " Identity " }))).toBeUndefined();
});

verifies("server.json-hostile", "a __proto__ member, however written, reaches nobody", () => {
  for (const text of ['{"__proto__":{"x":1},"y":2}', String.raw`{"\u005f_proto_\u005F":{"x":1},"y":2}`]) {
    const value = parseJson(text) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["y"]);
    expect(value["x"]).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
});

verifies("server.json-hostile", "of a member that comes twice, the last counts", () => {
  expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
});

verifies("server.json-hostile", "deep nesting is refused before it is parsed", () => {
  const began = performance.now();
  for (const text of [
    "[".repeat(5_000_000),
    '{"a":'.repeat(1_000_000),
    `${"[".repeat(257)}${"]".repeat(257)}`,
  ]) {
    expect(code(() => parseJson(text))).toBe("invalid_request");
  }
  expect(performance.now() - began).toBeLessThan(500);
  expect(code(() => parseJson(`${"[".repeat(256)}${"]".repeat(256)}`))).toBeUndefined();
});

test("text that is no JSON is a bad request, and the message repeats none of it", () => {
  for (const text of ["", " \n", "canary", "{", '{"a":}', "[1,]", "NaN", "'a'", '"\u0001"', "1 2"]) {
    const thrown = (() => {
      try {
        return parseJson(text);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(BridgeError);
    expect((thrown as BridgeError).code).toBe("invalid_request");
    expect((thrown as BridgeError).message).not.toContain("canary");
  }
});
