import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { keyFile } from "../../../src/control/keys/key-file.ts";
import { leaderFile } from "../../../src/joining/leader-file.ts";
import { ask } from "../../support/bridge/ask.ts";
import { answer, echo, hang } from "../../support/hosts/scripts.ts";
import { verifies } from "../../support/verifies.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { openAndClose, windows } from "../../support/processes/windows.ts";

const FOLLOWS = /this one lends its host to that bridge/;

async function textOf(response: Response): Promise<string> {
  const body = (await response.json()) as { choices?: { message: { content: string } }[] };
  return body.choices?.[0]?.message.content ?? JSON.stringify(body);
}

verifies("relay.one-address", "two windows serve one address, and each says where", async () => {
  const { open, ready, url, port } = await windows();
  const first = await open({ script: answer("of the first") });
  await ready(1);
  const second = await open({ script: answer("of the second") });
  await second.logged(FOLLOWS);
  await ready(2);
  first.host.script = hang;
  const [held, other] = [ask(url, "openai-chat"), ask(url, "openai-chat")];
  const call = await first.host.next();
  expect(await textOf(await Promise.race([held, other]))).toBe("of the second");
  call.answer("of the first");
  expect((await Promise.all([held, other])).map(({ status }) => status)).toEqual([200, 200]);
  expect(await first.host.tool("status")).toContain(`The bridge listens on ${url}`);
  const told = await second.host.tool("status");
  expect(told).toContain(
    `The bridge at http://127.0.0.1:${port} serves clients with the model of this host.`,
  );
  expect(told).toContain("Host: scripted-host");
  second.host.close();
  expect(await second.exited).toBe(0);
  await ready(1);
});

verifies(
  ["relay.takeover", "relay.one-address"],
  "five windows, the leader killed under load: another leads, no answer is lost to a wrong request",
  async () => {
    const { open, ready, url } = await windows();
    const leader = await open({ script: echo });
    await ready(1);
    const followers = await Promise.all([1, 2, 3, 4].map(() => open({ script: echo })));
    await ready(5);
    const asked = Array.from({ length: 40 }, (_, index) => `question ${index}`);
    const answers = await Promise.all(
      asked.map(async (text) => textOf(await ask(url, "openai-chat", { text }))),
    );
    expect(answers).toEqual(asked);

    // Quick requests may all go to one host; those that stay open are spread, each to the host with the least to do.
    for (const { host } of [leader, ...followers]) host.script = hang;
    const before = [leader, ...followers].map(({ host }) => host.calls.length);
    const inFlight = asked.map((text) => ask(url, "openai-chat", { text }).then(textOf, () => "failed"));
    await Promise.all(
      [leader, ...followers].map(({ host }, index) =>
        host.until(() => host.calls.length > (before[index] ?? 0)),
      ),
    );
    leader.child.kill("SIGKILL");
    await Promise.all([
      ready(4),
      Promise.all(inFlight).then((all) => expect(new Set(all)).toEqual(new Set(["failed"]))),
    ]);
    for (const [index, { host }] of followers.entries()) {
      await Promise.all(host.calls.slice(before[index + 1]).map((call) => call.cancelled));
      host.script = echo;
    }
    const later = await Promise.all(
      asked.map(async (text) => textOf(await ask(url, "openai-chat", { text }))),
    );
    expect(later).toEqual(asked);
    const leading = followers.filter(({ log }) => log.some((line) => line.includes('"msg":"listening"')));
    expect(leading).toHaveLength(1);
  },
);

verifies(
  "relay.takeover",
  "a leader whose host leaves ends its requests with an error, and another leads",
  async () => {
    const { open, ready, url } = await windows();
    const leader = await open({ script: hang });
    await ready(1);
    const held = ask(url, "anthropic-messages");
    await leader.host.next();
    const follower = await open({ script: answer("of the follower") });
    await ready(2);
    leader.host.close();
    const response = await held;
    expect([502, 503]).toContain(response.status);
    expect(await response.json()).toMatchObject({ type: "error" });
    expect(await leader.exited).toBe(0);
    await ready(1);
    expect(await textOf(await ask(url, "openai-chat"))).toBe("of the follower");
    expect(await follower.host.tool("status")).toContain(`The bridge listens on ${url}`);
  },
);

verifies(
  "relay.stranger",
  "a stranger on the port is named, and the port is taken when it goes",
  async () => {
    const { open, ready, port, stateDir } = await windows();
    const asked: string[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    await new Promise<void>((resolve) => {
      stranger.listen(port, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      stranger.closeAllConnections();
      stranger.close();
    });
    const secret = "s".repeat(43);
    const entry = { pid: 1, url: `http://127.0.0.1:${port}`, secret, keys: "" };
    await writeFile(leaderFile(stateDir, port), JSON.stringify(entry), { mode: 0o600 });
    const bridge = await open();
    await bridge.logged(/is used by another program/);
    const status = await bridge.host.tool("status");
    expect(status).toContain("No client can reach this host yet.");
    expect(status).toContain(`Port ${port} is used by another program.`);
    expect(status).toContain("--port");
    expect((await bridge.host.request("ping")).result).toEqual({});
    stranger.closeAllConnections();
    stranger.close();
    await ready(1);
    expect(asked.every((target) => !target.includes(secret))).toBe(true);
  },
);

/** The file that a leader writes here. */
async function stateFile(stateDir: string): Promise<string> {
  for (;;) {
    const file = (await readdir(stateDir)).find((name) => name.endsWith(".json"));
    if (file !== undefined) return path.join(stateDir, file);
    await sleep(10);
  }
}

verifies(
  "relay.stranger",
  "a file that others may read is not trusted; it joins when that is mended",
  async () => {
    if (process.platform === "win32") return;
    const { open, ready, stateDir } = await windows();
    await open({ script: echo });
    await ready(1);
    const file = await stateFile(stateDir);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      url: expect.stringContaining("http") as string,
    });
    await chmod(file, 0o644);
    const second = await open();
    await second.logged(/Others may read or change .*chmod go=/);
    expect(await second.host.tool("status")).toContain("is used by another bridge");
    await chmod(file, 0o600);
    await second.logged(FOLLOWS);
    await ready(2);
  },
);

verifies("relay.keys", "a window with other keys is told whose keys count", async () => {
  const { open, ready } = await windows();
  await open();
  await ready(1);
  const second = await open({}, ["--api-key", "mine"]);
  await second.logged(/clients need those of the leading bridge/);
});

verifies(
  "relay.no-orphans",
  "ten windows opened and closed beside a leader leave nothing behind",
  async () => {
    const { open, ready, url } = await windows();
    await open({ script: echo });
    await ready(1);
    for (let round = 0; round < 2; round += 1) await openAndClose(open, 5);
    await ready(1);
    expect(await textOf(await ask(url, "openai-chat", { text: "still here" }))).toBe("still here");
  },
);

verifies("relay.file", "a leader that is told twice to end leaves no file behind", async () => {
  // Elsewhere a signal ends a process at once.
  if (process.platform === "win32") return;
  const { open, ready, url, stateDir } = await windows();
  const leader = await open({ script: hang }, ["--drain-ms", "60000"]);
  await ready(1);
  const file = await stateFile(stateDir);
  const held = ask(url, "openai-chat").catch(() => undefined);
  await leader.host.next();
  leader.child.kill("SIGTERM");
  await leader.logged(/"msg":"stopping"/);
  expect(await readdir(stateDir)).toEqual([path.basename(file)]);
  leader.child.kill("SIGTERM");
  expect(await leader.exited).toBe(130);
  await held;
  expect(await readdir(stateDir)).toEqual([]);
});

verifies(
  ["control.exact", "control.network"],
  "in a real bridge 400 at once with room for 100 admit exactly 100; without its keys the next leader lets nobody in",
  async () => {
    const { open, ready, url, stateDir } = await windows();
    const env = { MCPTB_STATE_DIR: stateDir };
    const first = await open({ script: answer("Hello.") }, ["--max-in-flight", "500", "--max-queued", "500"]);
    await ready(1);
    const second = await open({ script: answer("Hello.") });
    await second.logged(FOLLOWS);
    const { stdout } = await runCli(["keys", "add", "anna", "--rpm", "100"], { env });
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    const statuses = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const response = await ask(url, "openai-chat", { headers, body: { max_tokens: 10 } });
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(300);
    expect(first.host.calls.length + second.host.calls.length).toBe(100);
    await expect.poll(() => readdir(stateDir)).toContain("usage.json");

    await rm(keyFile(stateDir));
    await first.kill();
    await expect
      .poll(() =>
        fetch(`${url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    expect((await ask(url, "openai-chat")).status).toBe(503);
    expect((await ask(url, "openai-chat", { headers })).status).toBe(503);
    expect(second.host.calls.length).toBeLessThan(101);
  },
);
