import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import { JsonBody } from "../../../src/wire/json-body.ts";
import { verifies } from "../../support/verifies.ts";

/** The value of a body that comes in pieces of some length. */
async function parsed(text: string | Buffer, piece = 1000, maxValues = 1_000_000): Promise<unknown> {
  const body = new JsonBody(maxValues);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) body.add(bytes.subarray(at, at + piece));
  return body.parse();
}

async function failure(text: string | Buffer, maxValues?: number): Promise<BridgeError> {
  const thrown: unknown = await parsed(text, undefined, maxValues).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof BridgeError)) throw new Error(`no failure: ${String(thrown)}`);
  return thrown;
}

test("a value comes out as it was, in whatever pieces it came", async () => {
  // That member has a test of its own below.
  const values = fc
    .jsonValue({ maxDepth: 3 })
    .filter((value) => !JSON.stringify(value).includes("__proto__"));
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 50 }), async (value, piece) => {
      expect(await parsed(JSON.stringify(value), piece)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("characters of several bytes are whole, wherever blocks and pieces end", async () => {
  const text = JSON.stringify("\uFEFFa\u00E9\u4E2D\u{1F600}".repeat(8000));
  for (const piece of [1, 7, 65_536]) expect(await parsed(`\uFEFF${text}`, piece)).toBe(JSON.parse(text));
});

verifies("server.json-hostile", "a __proto__ member, however written, reaches nobody", async () => {
  for (const text of ['{"__proto__":{"x":1},"y":2}', String.raw`{"\u005f_proto_\u005F":{"x":1},"y":2}`]) {
    const value = (await parsed(text)) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["y"]);
    expect(value["x"]).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
});

verifies("server.json-hostile", "of a member that comes twice, the last counts", async () => {
  expect(await parsed('{"a":1,"a":2}')).toEqual({ a: 2 });
});

verifies("server.json-hostile", "deep nesting is refused before it is parsed", async () => {
  for (const text of [
    "[".repeat(5_000_000),
    '{"a":'.repeat(1_000_000),
    `${"[".repeat(257)}${"]".repeat(257)}`,
  ]) {
    expect(await failure(text, 10_000_000)).toMatchObject({ code: "invalid_request" });
  }
  await expect(parsed(`${"[".repeat(256)}${"]".repeat(256)}`)).resolves.toBeDefined();
});

verifies(
  "server.body-values",
  "more values than may be are refused where the first one too many begins",
  async () => {
    for (const value of ["0", "{}", "[]", '"a"', '{"a":1}']) {
      const text = `[${`${value},`.repeat(1000)}${value}]`;
      expect(await failure(text, 1000)).toMatchObject({ code: "invalid_request" });
    }
    expect((await failure("[1,2,3]", 3)).message).toContain("--body-values");
    await expect(parsed("[1,2,3]", 10, 5)).resolves.toEqual([1, 2, 3]);
    await expect(
      parsed(JSON.stringify(["[,{".repeat(1000), String.raw`\",[`]), 10, 5),
    ).resolves.toBeDefined();
  },
);

test("text that is no JSON is a bad request, and the message repeats none of it", async () => {
  for (const text of ["", " \n", "canary", "{", '{"a":}', "[1,]", "NaN", "'a'", '"\u0001"', "1 2"]) {
    const error = await failure(text);
    expect([text, error.code]).toEqual([text, "invalid_request"]);
    expect(error.message).not.toContain("canary");
  }
  expect(await failure(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ code: "invalid_request" });
  expect(await failure(Buffer.from([0x22, 0xe4, 0xb8]))).toMatchObject({ code: "invalid_request" });
});
