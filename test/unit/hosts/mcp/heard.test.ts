import { CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { heard } from "../../../../src/hosts/mcp/heard.ts";
import { verifies } from "../../../support/verifies.ts";

const initialize = (params: object) => ({ jsonrpc: "2.0", id: 1, method: "initialize", params });

test("a usual introduction is heard as it is", () => {
  const message = initialize({
    protocolVersion: "2025-11-25",
    clientInfo: { name: "Visual Studio Code", title: "VS Code", version: "1.140.0" },
    capabilities: { sampling: { tools: {} }, roots: { listChanged: true }, other: { thing: 1 } },
  });
  expect(heard(message)).toEqual(message);
});

verifies("http.introduction", "names, titles, versions and abilities are cut, the rest is not heard", () => {
  const huge = "x".repeat(1_000_000);
  const said = heard(
    initialize({
      protocolVersion: huge,
      clientInfo: { name: huge, title: huge, version: huge, icons: [{ src: huge }], websiteUrl: huge },
      capabilities: { sampling: {}, tasks: { huge }, experimental: { huge }, huge },
      instructions: huge,
    }),
  );
  expect(JSON.stringify(said).length).toBeLessThan(1000);
  expect(said).toMatchObject({ params: { capabilities: { sampling: {} } } });
});

verifies("http.introduction", "in the modern era too, where every request introduces", () => {
  const huge = "x".repeat(1_000_000);
  const said = heard({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: {
      name: "hook",
      inputResponses: { key: "kept" },
      _meta: {
        progressToken: 7,
        [CLIENT_INFO_META_KEY]: { name: huge, version: "1" },
        [CLIENT_CAPABILITIES_META_KEY]: { sampling: {}, extensions: { huge } },
      },
    },
  });
  expect(JSON.stringify(said).length).toBeLessThan(1000);
  expect(said).toMatchObject({
    params: { name: "hook", inputResponses: { key: "kept" }, _meta: { progressToken: 7 } },
  });
});

test("who introduces themselves in the modern way is heard so, whatever the method is called", () => {
  const huge = "x".repeat(1_000_000);
  const envelope = {
    [CLIENT_INFO_META_KEY]: { name: "host", version: "1" },
    [CLIENT_CAPABILITIES_META_KEY]: {},
  };
  expect(heard(initialize({ _meta: { ...envelope, huge } }))).toMatchObject({ params: { _meta: envelope } });
  const told = heard(initialize({ _meta: { [CLIENT_INFO_META_KEY]: { name: huge, version: huge }, huge } }));
  expect(JSON.stringify(told).length).toBeLessThan(1000);
});

test("what introduces nobody is handed on as it came", () => {
  for (const message of [
    { jsonrpc: "2.0", id: 1, result: { content: "y".repeat(100_000) } },
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { _meta: { progressToken: 1 } } },
    undefined,
    [],
    "text",
  ])
    expect(heard(message)).toBe(message);
});

test("abilities that nest too deep to be written are those that matter", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`) as object;
  const said = heard(initialize({ clientInfo: {}, capabilities: { sampling: {}, deep } }));
  expect(said).toMatchObject({ params: { capabilities: { sampling: {} } } });
});
