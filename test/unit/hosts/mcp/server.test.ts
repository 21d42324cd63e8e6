import { afterEach, expect, test, vi } from "vitest";
import { openConnection } from "../../../support/hosts/open-session.ts";
import { answer, hang } from "../../../support/hosts/scripts.ts";
import { collect } from "../../../../src/turn/collect.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";

afterEach(() => {
  vi.useRealTimers();
});

const NEVER = new AbortController().signal;

test("says who it is and shows its tools", async () => {
  const { host } = await openConnection();
  const hello = await host.initialize();
  expect(hello).toMatchObject({ protocolVersion: "2025-11-25", serverInfo: { name: "mcp-token-bridge" } });
  expect(await host.request("tools/list")).toMatchObject({
    result: { tools: [{ name: "status" }, { name: "hook" }] },
  });
  expect(await host.tool("status")).toBe("the status");
});

test("a tool that does not exist is an error in the result", async () => {
  const { host } = await openConnection();
  await host.initialize();
  const { result } = await host.request("tools/call", { name: "hack", arguments: {} });
  expect(result).toMatchObject({ isError: true });
});

verifies(
  "host.before-initialized",
  "answers between initialize and initialized, and is not attached yet",
  async () => {
    let attached = 0;
    const attach = () => {
      attached += 1;
      return () => undefined;
    };
    const { host } = await openConnection({}, {}, { attach });
    expect(await host.request("ping")).toHaveProperty("result");
    await host.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: { sampling: {} },
      clientInfo: { name: "early", version: "1" },
    });
    expect(await host.request("logging/setLevel", { level: "info" })).toHaveProperty("error.code", -32_601);
    expect(await host.request("tools/list")).toHaveProperty("result.tools");
    expect(attached).toBe(0);
    host.notify("notifications/initialized");
    host.notify("notifications/initialized");
    expect(await host.request("ping")).toHaveProperty("result");
    expect(attached).toBe(1);
  },
);

verifies(
  "host.discover-fallback",
  "the question of newer hosts has the answer that sends them to initialize",
  async () => {
    const { host, session } = await openConnection({}, {}, { era: "legacy" });
    const { error } = await host.request("server/discover", {
      _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
    });
    expect(error?.code).toBe(-32_601);
    await host.initialize();
    expect((await session).describe().revision).toBe("2025-11-25");
  },
);

verifies("host.unknown-answers", "odd messages are told once each and do no harm", async () => {
  const { host, warnings, session } = await openConnection({ script: hang });
  await host.initialize();
  const turn = collect((await session).run(turnRequest(), NEVER));
  const { id } = await host.next();
  for (let time = 0; time < 3; time += 1) {
    host.write("SECRET garbage\n");
    host.send({ jsonrpc: "2.0", id: "mcptb-77", result: { secret: "SECRET" } });
    host.send({ jsonrpc: "2.0", id: 77, result: { secret: "SECRET" } });
    host.send({ secret: "SECRET" });
  }
  host.send({ jsonrpc: "2.0", id, result: { content: "" } });
  await turn;
  await host.request("ping");
  expect(warnings.length).toBeGreaterThanOrEqual(3);
  expect(new Set(warnings).size).toBe(warnings.length);
  expect(warnings.join(" ")).not.toContain("SECRET");
});

verifies("host.hook", "a hook reports at once and every ten seconds, on its own token", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { host } = await openConnection();
  await host.initialize();
  void host.tool("hook", { _meta: { progressToken: "mine" } });
  const progress = () => host.received.filter(({ method }) => method === "notifications/progress");
  await host.until(() => progress().length === 1);
  await vi.advanceTimersByTimeAsync(10_000);
  await host.until(() => progress().length === 2);
  expect(progress().map(({ params }) => params)).toEqual([
    { progressToken: "mine", progress: 1, message: "the summary" },
    { progressToken: "mine", progress: 2, message: "the summary" },
  ]);
  const id = 2;
  host.notify("notifications/cancelled", { requestId: id });
  await host.request("ping");
  await vi.advanceTimersByTimeAsync(60_000);
  await host.request("ping");
  expect(progress()).toHaveLength(2);
  expect(host.received.some((message) => message.id === id)).toBe(false);
});

verifies(
  "host.hook",
  "several hooks stay open beside tools and sampling, and end when the bridge stops",
  async () => {
    const { host, session, stop } = await openConnection({ script: answer("Hi.") });
    await host.initialize();
    const hooks = Array.from({ length: 3 }, (_, token) =>
      host.tool("hook", { _meta: { progressToken: token } }),
    );
    expect(await host.tool("status")).toBe("the status");
    const turn = await collect((await session).run(turnRequest(), NEVER));
    expect(turn.parts).toEqual([{ type: "text", text: "Hi." }]);
    stop();
    expect(await Promise.all(hooks)).toEqual(hooks.map(() => "The hook has ended."));
    expect(await host.tool("hook")).toBe("The hook has ended.");
  },
);

verifies(
  "host.gone",
  "the end of the connection is told once, with hooks open and turns waiting",
  async () => {
    const { host, session, gone } = await openConnection({ script: hang });
    await host.initialize();
    void host.tool("hook").catch(() => undefined);
    const turn = collect((await session).run(turnRequest(), NEVER));
    await host.next();
    host.close();
    await expect(turn).rejects.toMatchObject({ code: "host_gone" });
    await gone;
  },
);
