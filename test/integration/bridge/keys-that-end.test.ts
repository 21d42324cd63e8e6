import { rm } from "node:fs/promises";
import { expect, onTestFinished } from "vitest";
import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import {
  added,
  type KeyList,
  revoked,
  rotated,
  withTerms,
  type Terms,
} from "../../../src/control/keys/key-list.ts";
import { makeSecret } from "../../../src/control/keys/secret.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import type { Script } from "../../support/hosts/sampling-call.ts";
import { verifies } from "../../support/verifies.ts";

interface Shared extends RunningBridge {
  readonly directory: string;
  readonly file: string;
  readonly give: (name: string, terms?: Terms) => Promise<Record<string, string>>;
  readonly host: Awaited<ReturnType<typeof attachHost>>["host"];
}

async function shared(
  settings: Parameters<typeof startBridge>[0] = {},
  script: Script = hang,
): Promise<Shared> {
  const directory = await stateDir();
  const running = await startBridge({ stateDir: directory, peekMs: 20, ...settings });
  onTestFinished(() => running.bridge.stop());
  const { host } = await attachHost(running.bridge, { script });
  const file = keyFile(directory);
  return { ...running, directory, file, host, give: (name, terms) => give(file, name, terms) };
}

async function give(file: string, name: string, terms: Terms = {}): Promise<Record<string, string>> {
  const made = makeSecret();
  await changeKeys(file, (list) => added(list, name, terms, made, Date.now()));
  return { authorization: `Bearer ${made.text}` };
}

const ENDS: readonly (readonly [what: string, end: (list: KeyList) => KeyList, told: string])[] = [
  ["revoked", (list) => revoked(list, "anna"), "was revoked"],
  ["rotated without grace", (list) => rotated(list, "anna", makeSecret(), Date.now(), 0), "has a new secret"],
  ["expires", (list) => withTerms(list, "anna", { expires: Date.now() - 1 }), "expired at"],
];

for (const [what, end, told] of ENDS) {
  verifies("control.over", `what runs ends when its key is ${what}, and no other`, async () => {
    const { url, file, give: make, host } = await shared();
    const [anna, ben] = [await make("anna"), await make("ben")];
    const leaving = new AbortController();
    const other = ask(url, "openai-chat", { headers: ben, signal: leaving.signal }).catch(() => undefined);
    const running = DIALECTS.flatMap((dialect) => [
      ask(url, dialect, { headers: anna }),
      ask(url, dialect, { headers: anna, stream: true }),
    ]);
    await expect.poll(() => host.calls.length).toBe(5);
    await changeKeys(file, end);
    for (const response of await Promise.all(running)) {
      const text = await response.text();
      expect(text).toContain(told);
      expect(text).toContain("Ask the person who runs the bridge for a new one");
    }
    await expect.poll(() => host.calls.filter((call) => call.isCancelled).length).toBe(4);
    leaving.abort();
    await other;
  });
}

verifies("control.over", "a secret in its grace goes on, and so does what runs with it", async () => {
  const { url, file, give: make, host } = await shared();
  const headers = await make("anna");
  const running = ask(url, "openai-chat", { headers });
  const call = await host.next();
  await changeKeys(file, (list) => rotated(list, "anna", makeSecret(), Date.now(), 60_000));
  host.script = answer("still");
  expect((await ask(url, "openai-chat", { headers })).status).toBe(200);
  call.answer("done");
  expect(await (await running).text()).toContain("done");
});

verifies("control.over", "a limit that is lowered holds at once, and one that is raised too", async () => {
  const { url, file, give: make } = await shared({}, answer("Hello."));
  const headers = await make("anna", { limits: { requestsPerMinute: 10 } });
  const status = async (): Promise<number> => (await ask(url, "openai-chat", { headers })).status;
  expect([await status(), await status()]).toEqual([200, 200]);
  await changeKeys(file, (list) => withTerms(list, "anna", { limits: { requestsPerMinute: 2 } }));
  expect(await status()).toBe(429);
  await changeKeys(file, (list) => withTerms(list, "anna", { limits: { requestsPerMinute: 3 } }));
  expect([await status(), await status()]).toEqual([200, 429]);
});

verifies(
  "control.network",
  "named keys are enough for the network, and without their file nobody comes in",
  async () => {
    const directory = await stateDir();
    const open = { stateDir: directory, host: "0.0.0.0" };
    await expect(startBridge(open)).rejects.toThrow("mcptb keys add");
    const file = keyFile(directory);
    const headers = await give(file, "anna");
    const running = await startBridge(open);
    const { host } = await attachHost(running.bridge, { script: answer("Hello.") });
    const url = running.url.replace("0.0.0.0", "127.0.0.1");
    expect((await ask(url, "openai-chat", { headers })).status).toBe(200);
    expect((await ask(url, "openai-chat")).status).toBe(401);
    await rm(file);
    expect((await ask(url, "openai-chat", { headers })).status).toBe(503);
    expect((await ask(url, "openai-chat")).status).toBe(503);
    host.close();
    await running.bridge.stop();
    for (const address of ["0.0.0.0", "127.0.0.1"]) {
      const again = await startBridge({ ...open, host: address });
      onTestFinished(() => again.bridge.stop());
      await attachHost(again.bridge, { script: answer("Hello.") });
      const at = again.url.replace("0.0.0.0", "127.0.0.1");
      expect((await ask(at, "openai-chat")).status).toBe(503);
      expect((await fetch(`${at}/control`)).status).toBe(503);
      expect((await ask(at, "openai-chat", { headers })).status).toBe(503);
    }
  },
);

verifies("control.operator", "a named key may be an operator's, and is named where it acts", async () => {
  const { url, give: make, file } = await shared({ operatorKey: undefined });
  const [boss, anna] = [await make("boss", { operator: true }), await make("anna")];
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${url}/control`, { headers })).status;
  expect([await status(boss), await status(anna), await status({})]).toEqual([200, 403, 401]);
  const refused = await fetch(`${url}/control/stop`, { method: "POST", headers: anna });
  expect(await refused.text()).toContain("keys add NAME --operator");
  await changeKeys(file, (list) => revoked(list, "boss"));
  expect(await status(boss)).toBe(401);
});

verifies(
  "control.operator",
  "one that is in the settings of a bridge gives no more than it was made for",
  async () => {
    const made = makeSecret();
    const { url, file } = await shared({ operatorKey: made.text });
    const headers = { authorization: `Bearer ${made.text}` };
    await changeKeys(file, (list) => added(list, "boss", { operator: true }, made, Date.now()));
    expect((await fetch(`${url}/control`, { headers })).status).toBe(200);
    await changeKeys(file, (list) => withTerms(list, "boss", { operator: undefined }));
    expect((await fetch(`${url}/control`, { headers })).status).toBe(403);
    await changeKeys(file, (list) => revoked(list, "boss"));
    expect((await fetch(`${url}/control`, { headers })).status).toBe(401);
  },
);

verifies("control.operator", "programs of the same user need no key of their own", async () => {
  const directory = await stateDir();
  const secret = "s".repeat(40);
  const running = await startBridge({ stateDir: directory }, { relaySecret: secret });
  onTestFinished(() => running.bridge.stop());
  await give(keyFile(directory), "anna");
  const status = async (key: string): Promise<number> =>
    (await fetch(`${running.url}/control`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect([await status(secret), await status("t".repeat(40))]).toEqual([200, 401]);
});
