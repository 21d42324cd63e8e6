import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { startOwnHost } from "../../support/hosts/own-host.ts";
import { startUpstream } from "../../support/upstreams/fake-upstream.ts";
import { CONTENT, markedRun } from "../../support/processes/marked-run.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  ["server.secrets", "control.history"],
  "a marked secret and a marked prompt are nowhere but at the host and in the answer",
  async () => {
    const { found, sizes, reachedHost, statuses } = await markedRun();
    // It was a run worth looking at.
    expect(reachedHost).toBe(true);
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404, 502, 503]));
    expect(Object.entries(sizes).filter(([, size]) => size === 0)).toEqual([]);
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining(["audit.jsonl", "keys.json", "usage.json", "OTLP traces"]),
    );
    expect(Object.fromEntries(Object.entries(found).filter(([, marks]) => marks.length > 0))).toEqual({});
  },
);

verifies(
  "server.secrets",
  "where content is chosen to be shown the search finds it there, and still no key",
  async () => {
    const { found } = await markedRun(process.execPath, {}, [
      "--log-content",
      "--otlp-content",
      "--keep-content",
      "1",
    ]);
    for (const place of ["log", "OTLP traces"])
      expect([place, found[place]]).toEqual([
        place,
        expect.arrayContaining([...CONTENT].filter((one) => one !== CONTENT[2])),
      ]);
    const others = Object.entries(found).filter(([place]) => place !== "log" && place !== "OTLP traces");
    expect(Object.fromEntries(others.filter(([, marks]) => marks.length > 0))).toEqual({});
    for (const place of ["log", "OTLP traces"])
      expect(found[place]?.filter((mark) => !CONTENT.includes(mark))).toEqual([]);
  },
);

verifies(
  "server.secrets",
  "an upstream that repeats its key and the prompt in an error tells the client no key",
  async () => {
    const KEY = "canary-upstream-key-0123456789";
    const prompt = "canary prompt of somebody";
    const statuses = [401, 400, 500, 200];
    const upstream = await startUpstream(({ reply }) => {
      reply.writeHead(statuses.shift() ?? 401, { "content-type": "application/json" });
      reply.end(
        JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}. You asked: ${prompt}` } }),
      );
    });
    onTestFinished(() => upstream.close());
    const own = await startOwnHost(upstream, {
      env: { UPSTREAM_KEY: KEY },
      flags: ["--key-env", "UPSTREAM_KEY"],
    });
    for (const stream of [true, false, true, false]) {
      const response = await ask(own.url, "openai-chat", { text: prompt, stream });
      const text = await response.text();
      expect(response.ok).toBe(false);
      expect(text).not.toContain(KEY);
    }
    await own.stop();
    expect(upstream.calls.length).toBe(4);
    expect(upstream.calls[0]?.headers["authorization"]).toBe(`Bearer ${KEY}`);
    expect(own.run.stdout() + own.run.stderr()).not.toContain(KEY);
  },
);
