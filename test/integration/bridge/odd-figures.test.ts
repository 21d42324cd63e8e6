import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "relay.bounded",
  "figures of a host that no count can be end neither its request nor the process",
  async () => {
    const { url, bridge } = await startBridge();
    onTestFinished(() => bridge.stop());
    let figure: unknown;
    bridge.attach(
      new FakeHost({
        answer() {
          const usage = { inputTokens: figure as number, outputTokens: figure as number, estimated: false };
          return eventsOf([
            ...textTurn("answer").slice(0, -1),
            { type: "turn-end", stopReason: { unified: "end" }, usage },
          ]);
        },
      }),
    );
    for (figure of [-1, Number.NaN, -Infinity, Infinity, 0.5, "many", null, {}]) {
      const response = await ask(url, "openai-chat");
      expect(response.status).toBe(200);
      const { usage } = (await response.json()) as { usage: Record<string, unknown> };
      for (const name of ["prompt_tokens", "completion_tokens", "total_tokens"]) {
        expect(usage[name]).toSatisfy((value) => Number.isSafeInteger(value) && (value as number) >= 0);
      }
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  },
);
