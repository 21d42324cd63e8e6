import { expect } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import { checkEncoding, checkMediaType } from "../../../src/wire/json.ts";
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
    expect(code(() => checkEncoding({ "content-encoding": encoding }))).toBe("unsupported_media_type");
  }
  expect(code(() => checkEncoding({ "content-encoding": " Identity " }))).toBeUndefined();
});
