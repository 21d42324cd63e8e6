import { afterAll, beforeAll, expect } from "vitest";
import type { JsonObject } from "../../support/hosts/sampling-call.ts";
import { HOST_KINDS, startToolHost, type HostKind, type ToolHost } from "../../support/hosts/tool-hosts.ts";
import { verifies } from "../../support/verifies.ts";

const running = new Map<HostKind, ToolHost>();

beforeAll(async () => {
  for (const kind of HOST_KINDS) running.set(kind, await startToolHost(kind));
});
afterAll(async () => {
  for (const { bridge } of running.values()) await bridge.stop();
});

function hostOf(kind: HostKind): ToolHost {
  const host = running.get(kind);
  if (host === undefined) throw new Error("The host did not start.");
  return host;
}

async function ask({ url }: ToolHost, parameters: JsonObject, stream = false): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "auto",
      stream,
      messages: [{ role: "user", content: "Look." }],
      tools: [{ type: "function", function: { name: "look", parameters } }],
    }),
  });
}

const slow = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
const hostile = { a: `${"a".repeat(40)}!` };

for (const stream of [false, true]) {
  verifies(
    "server.schemas-bounded",
    `what could not be checked is handed on, with a notice (${stream ? "streamed" : "whole"})`,
    async () => {
      const host = hostOf("text");
      host.host.script = host.calling("", { name: "look", input: hostile });
      const response = await ask(host, slow, stream);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("aaa!");
      if (!stream) expect(response.headers.get("x-mcp-notices")).toBe("tools-supplied, schema-unchecked");
    },
  );
}

verifies(
  "server.schemas-bounded",
  "while slow schemas are checked, the arguments of others are checked none the less, and health answers",
  async () => {
    const host = hostOf("text");
    host.host.script = (call) => {
      const input = JSON.stringify(call.params).includes("^(a+)+$") ? hostile : {};
      return host.calling("", { name: "look", input })(call);
    };
    const attacks = Array.from({ length: 2 }, (_, index) => ask(host, { ...slow, title: `Attack ${index}` }));
    const neighbour = await ask(host, { type: "object", required: ["city"] });
    expect(neighbour.status).toBe(502);
    expect(await neighbour.text()).toContain("must have required property 'city'");
    expect((await fetch(`${host.url}/health`)).status).toBe(200);
    for (const attack of attacks) expect((await attack).status).toBe(200);
  },
  60_000,
);

verifies(
  "server.schemas-checked",
  "a host with tools gets every schema in the protocol's form, however it was written",
  async () => {
    const host = hostOf("native");
    host.host.script = host.calling("Nothing to do.");
    for (const [parameters, inputSchema] of [
      [{}, { type: "object" }],
      [
        { type: ["object", "null"], properties: { a: true, b: false, c: {} }, required: null },
        { type: "object", properties: { a: {}, b: { not: {} }, c: {} } },
      ],
      [
        { $ref: "#/definitions/a", definitions: { a: {} }, type: null, properties: null },
        { type: "object", $ref: "#/definitions/a", definitions: { a: {} } },
      ],
    ]) {
      expect((await ask(host, parameters as JsonObject)).status).toBe(200);
      expect(host.host.calls.at(-1)?.params["tools"]).toEqual([{ name: "look", inputSchema }]);
    }
  },
);

verifies(
  "server.native-calls",
  "a call of a host with tools is passed on whether it fits or not, and a notice says when it does not",
  async () => {
    const host = hostOf("native");
    const strict = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const slowly = { ...slow, title: "Native" };
    for (const [schema, name, input, notice] of [
      [strict, "look", { city: "Oslo" }, null],
      [strict, "look", { town: 7 }, "arguments-unfit"],
      [strict, "other", { city: "Oslo" }, "unknown-tool-called"],
      [slowly, "look", hostile, null],
    ] as const) {
      host.host.script = host.calling("", { name, input });
      const response = await ask(host, schema);
      expect(response.status).toBe(200);
      const { choices } = (await response.json()) as { choices: { message: { tool_calls: unknown } }[] };
      expect(choices[0]?.message.tool_calls).toMatchObject([
        { function: { name, arguments: JSON.stringify(input) } },
      ]);
      expect(response.headers.get("x-mcp-notices")).toBe(notice);
      const streamed = await (await ask(host, schema, true)).text();
      expect(streamed).toContain(JSON.stringify(JSON.stringify(input)).slice(1, -1));
      expect(streamed).toMatch(/data: \[DONE\]\s*$/);
    }
  },
);
