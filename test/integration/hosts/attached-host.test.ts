/** Our own host at a bridge that runs elsewhere, over Streamable HTTP. */
import { afterEach, expect } from "vitest";
import { startReferenceHost, type ReferenceHost } from "../../../src/reference-host/host.ts";
import { httpTransport } from "../../../src/reference-host/transport.ts";
import { ask } from "../../support/bridge/ask.ts";
import { chunk, sse, startUpstream, stream, write } from "../../support/upstreams/fake-upstream.ts";
import { Gate } from "../../support/streams/gate.ts";
import { startCli } from "../../support/processes/run-cli.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
});

for (const era of ["legacy", "modern"] as const) {
  verifies("own-host.attach", `a piece passes before the next is written (${era})`, async () => {
    running = await startBridge({ logLevel: "error", mcpHttp: true });
    const { url } = running;
    const seen = new Gate();
    const upstream = await startUpstream(async (call) => {
      stream(call);
      await write(call, sse(chunk({ content: "early " })));
      await seen.pass();
      await write(call, sse(chunk({ content: "late" }), chunk({}, "stop")));
      call.reply.end();
    });
    const lent = ["--upstream", upstream.url, "--model", "m", "--consent", "always"];
    const host = startCli(["host", ...lent, "--attach", `${url}/mcp`, "--mcp-era", era]);
    try {
      await host.line(/ host lends m of /);
      const response = await ask(url, "openai-chat", { stream: true });
      let text = "";
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        if (text.includes("early ")) seen.open();
      }
      expect(response.headers.get("x-mcp-bridge")).toBe("deltas");
      expect(text.match(/early |late|\[DONE\]/g)).toEqual(["early ", "late", "[DONE]"]);
    } finally {
      host.child.kill("SIGTERM");
      expect(await host.exited).toBe(0);
      await upstream.close();
    }
  });

  verifies("own-host.attach", `the host notices that the bridge has gone (${era})`, async () => {
    running = await startBridge({ logLevel: "error", mcpHttp: true });
    const host: ReferenceHost = await startReferenceHost({
      name: "attached",
      transport: httpTransport(new URL(`${running.url}/mcp`), undefined),
      model: () => Promise.reject(new Error("Not asked.")),
      streams: true,
      tools: true,
      era,
      probeMs: 50,
    });
    await running.bridge.stop();
    await host.closed;
    await host.close();
  });
}
