import { expect } from "vitest";
import { Discovery } from "../../../../src/hosts/mcp/discovery.ts";
import { EXTENSION, OFFER } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { verifies } from "../../../support/verifies.ts";

const question = (name: string, capabilities: object = { sampling: {} }): object => ({
  jsonrpc: "2.0",
  id: 1,
  method: "server/discover",
  params: {
    _meta: {
      "io.modelcontextprotocol/clientInfo": { name, version: "1" },
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    },
  },
});

verifies(
  "modern.dual-era",
  "a host that asks which eras there are is led to the older one, time and again",
  () => {
    const discovery = new Discovery();
    expect(discovery.declines(question("both"), 0)).toBe(true);
    discovery.fellBack("both");
    expect(discovery.declines(question("both"), 60_000)).toBe(true);
    expect(discovery.declines({ method: "initialize", params: {} }, 0)).toBe(false);
  },
);

verifies(
  "modern.dual-era",
  "a host that does not begin the older era but asks again is served in the modern one",
  () => {
    const discovery = new Discovery();
    expect(discovery.declines(question("pinned"), 0)).toBe(true);
    // Several of one name may come at once.
    expect(discovery.declines(question("pinned"), 10)).toBe(true);
    expect(discovery.declines(question("pinned"), 1500)).toBe(false);
    expect(discovery.declines(question("another"), 1500)).toBe(true);
  },
);

verifies("modern.dual-era", "a host that knows our extension runs the hook, and is served as it asks", () => {
  const capabilities = { sampling: {}, extensions: { [EXTENSION]: OFFER } };
  expect(new Discovery().declines(question("ours", capabilities), 0)).toBe(false);
});

verifies("modern.dual-era", "a host without a name, or with nonsense for one, is led as well", () => {
  const discovery = new Discovery();
  for (const params of [
    undefined,
    {},
    { _meta: null },
    { _meta: { "io.modelcontextprotocol/clientInfo": 7 } },
  ]) {
    expect(discovery.declines({ method: "server/discover", params }, 0)).toBe(true);
  }
});
