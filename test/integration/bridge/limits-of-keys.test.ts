import { expect, onTestFinished } from "vitest";
import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import { added } from "../../../src/control/keys/key-list.ts";
import { makeSecret } from "../../../src/control/keys/secret.ts";
import type { Limits } from "../../../src/turn/principal.ts";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, answerAfter, fail, hang } from "../../support/hosts/scripts.ts";
import type { Script } from "../../support/hosts/sampling-call.ts";
import { verifies } from "../../support/verifies.ts";

interface Limited extends RunningBridge {
  readonly directory: string;
  readonly headers: Record<string, string>;
  readonly calls: () => number;
  readonly left: () => Promise<number[]>;
}

async function limited(
  limits: Limits,
  script: Script = answer("Hello."),
  again?: Pick<Limited, "directory" | "headers">,
): Promise<Limited> {
  const directory = again?.directory ?? (await stateDir());
  const made = makeSecret();
  if (again === undefined) {
    await changeKeys(keyFile(directory), (list) => added(list, "anna", { limits }, made, 0));
  }
  const headers = again?.headers ?? { authorization: `Bearer ${made.text}` };
  const running = await startBridge({
    stateDir: directory,
    maxConcurrent: 200,
    maxQueued: 500,
    maxInFlight: 500,
  });
  onTestFinished(() => running.bridge.stop());
  const { host } = await attachHost(running.bridge, { script });
  return {
    ...running,
    directory,
    headers,
    calls: () => host.calls.length,
    async left() {
      const response = await fetch(`${running.url}/v1/me/usage`, { headers });
      const { limits: told } = (await response.json()) as { limits: { left: number }[] };
      return told.map(({ left }) => left);
    },
  };
}

const SMALL = { max_tokens: 100 };

verifies("control.exact", "of 400 requests at once a key with room for 100 gets exactly 100", async () => {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { url, headers, calls } = await limited({ requestsPerMinute: 100 }, answerAfter(gate, "Hello."));
  const all = Array.from({ length: 400 }, (_, index) =>
    ask(url, DIALECTS[index % 2] ?? "openai-chat", { headers, body: SMALL, stream: index % 3 === 0 }),
  );
  await expect.poll(calls).toBe(100);
  open();
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBe(100);
  expect(statuses.filter((status) => status === 429).length).toBe(300);
  expect(calls()).toBe(100);
});

verifies("control.exact", "the highest use is reserved, and what was not used comes back", async () => {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { url, headers, left, calls } = await limited({ tokensPerDay: 1000 }, answerAfter(gate, "Hello."));
  const running = ask(url, "openai-chat", { headers, body: { max_tokens: 900 } });
  await expect.poll(calls).toBe(1);
  expect((await left())[0]).toBeLessThan(100);
  expect((await ask(url, "openai-chat", { headers, body: { max_tokens: 200 } })).status).toBe(429);
  open();
  const { usage } = (await (await running).json()) as { usage: { total_tokens: number } };
  await expect.poll(left).toEqual([1000 - usage.total_tokens]);
  await (await ask(url, "openai-chat", { headers, body: { max_tokens: 200 } })).text();
});

verifies(
  "control.exact",
  "a request that fails is given back, one that its client breaks off gives its tokens back",
  async () => {
    const failing = await limited({ requestsPerDay: 2, tokensPerDay: 1000 }, fail(-32_000, "no"));
    for (let time = 0; time < 4; time += 1) {
      expect((await ask(failing.url, "openai-chat", { headers: failing.headers, body: SMALL })).status).toBe(
        502,
      );
    }
    await expect.poll(failing.left).toEqual([2, 1000]);
    const hanging = await limited({ requestsPerDay: 2, tokensPerDay: 1000 }, hang);
    const leaving = new AbortController();
    const { url, headers } = hanging;
    const left = ask(url, "openai-chat", { headers, body: SMALL, signal: leaving.signal }).catch(
      () => "left",
    );
    await expect.poll(hanging.calls).toBe(1);
    leaving.abort();
    expect(await left).toBe("left");
    await expect.poll(hanging.left).toEqual([1, 1000]);
  },
);

verifies(
  "control.durable",
  "a bridge that is started again goes on where the one before stopped",
  async () => {
    const first = await limited({ requestsPerDay: 3 });
    const { url, headers } = first;
    for (let time = 0; time < 2; time += 1)
      await (await ask(url, "openai-chat", { headers, body: SMALL })).text();
    await first.bridge.stop();
    const second = await limited({}, answer("Hello."), first);
    expect(await second.left()).toEqual([1]);
    const status = async (): Promise<number> =>
      (await ask(second.url, "openai-chat", { headers, body: SMALL })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
  },
);

verifies(
  "control.told",
  "answers and refusals say what is left in the vendor's headers, and refusals which limit",
  async () => {
    const { url, headers } = await limited({
      requestsPerMinute: 2,
      requestsPerDay: 100,
      tokensPerDay: 100_000,
    });
    const openai = await ask(url, "openai-chat", { headers, body: SMALL });
    expect(openai.headers.get("x-ratelimit-limit-requests")).toBe("2");
    expect(openai.headers.get("x-ratelimit-remaining-requests")).toBe("1");
    expect(openai.headers.get("x-ratelimit-reset-requests")).toMatch(/^(1m0s|\d{1,2}s)$/);
    expect(openai.headers.get("x-ratelimit-limit-tokens")).toBe("100000");
    expect(openai.headers.get("x-ratelimit-reset-tokens")).toMatch(/^(24h0m0s|23h\d+m\d+s)$/);
    await openai.text();
    const anthropic = await ask(url, "anthropic-messages", { headers, body: SMALL });
    expect(anthropic.headers.get("anthropic-ratelimit-requests-remaining")).toBe("0");
    expect(Date.parse(anthropic.headers.get("anthropic-ratelimit-requests-reset") ?? "")).toBeGreaterThan(
      Date.now(),
    );
    await anthropic.text();
    for (const [index, dialect] of DIALECTS.entries()) {
      const refused = await ask(url, dialect, { headers, body: SMALL });
      expect(refused.status).toBe(429);
      const name = ["x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining"][index] ?? "";
      expect(refused.headers.get(name)).toBe("0");
      expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
      const error = await errorOf(refused);
      expect(error.type).toBe("rate_limit_error");
      expect(error.message).toMatch(
        /The key anna may use 2 requests a minute; 0 are left\. They renew in \d+ s\./,
      );
    }
    const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
    expect(metrics).toContain('mcptb_key_turns_total{key="anna",outcome="complete"} 2\n');
  },
);
