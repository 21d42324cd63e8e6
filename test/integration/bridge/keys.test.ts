import { readFile, rm } from "node:fs/promises";
import { expect, onTestFinished } from "vitest";
import { auditFile } from "../../../src/control/audit/audit-file.ts";
import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import { added, revoked, type Terms } from "../../../src/control/keys/key-list.ts";
import { makeSecret } from "../../../src/control/keys/secret.ts";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { giveKey } from "../../support/bridge/give-key.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { verifies } from "../../support/verifies.ts";

interface Shared extends RunningBridge {
  readonly file: string;
  /** Makes a key; returns what its client sends. */
  readonly give: (name: string, terms?: Terms) => ReturnType<typeof giveKey>;
}

async function sharedBridge(settings: Parameters<typeof startBridge>[0] = {}): Promise<Shared> {
  const directory = await stateDir();
  const running = await startBridge({ stateDir: directory, ...settings });
  onTestFinished(() => running.bridge.stop());
  await attachHost(running.bridge, { script: answer("Hello.") });
  const file = keyFile(directory);
  return {
    ...running,
    file,
    give: (name, terms = {}) => giveKey(directory, name, terms),
  };
}

verifies(
  ["control.required", "control.at-once"],
  "without keys all come in; with the first all need one; revoked is revoked at once",
  async () => {
    const { url, give, file } = await sharedBridge({ apiKey: undefined, mcpHttp: true });
    expect((await ask(url, "openai-chat")).status).toBe(200);
    const headers = await give("anna");
    for (const dialect of DIALECTS) {
      expect((await ask(url, dialect)).status).toBe(401);
      expect((await ask(url, dialect, { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
      expect((await ask(url, dialect, { headers })).status).toBe(200);
    }
    expect((await fetch(`${url}/mcp`, { method: "POST", headers, body: "{}" })).status).toBe(401);
    expect((await fetch(`${url}/hosts/x/drain`, { method: "POST", headers })).status).toBe(403);
    await changeKeys(file, (list) => revoked(list, "anna"));
    expect((await ask(url, "openai-chat", { headers })).status).toBe(401);
    expect((await ask(url, "openai-chat")).status).toBe(401);
  },
);

verifies(
  "control.required",
  "configured keys go on, but a named key among them gives no more than it was made for",
  async () => {
    const made = makeSecret();
    const { url, file } = await sharedBridge({ apiKey: `usual,${made.text}` });
    const status = async (key: string): Promise<number> =>
      (await ask(url, "openai-chat", { headers: { "x-api-key": key } })).status;
    expect([await status("usual"), await status(made.text)]).toEqual([200, 401]);
    await changeKeys(file, (list) => added(list, "anna", { apis: ["gemini"] }, made, 0));
    expect([await status("usual"), await status(made.text)]).toEqual([200, 403]);
  },
);

verifies("control.closed", "where the file is gone the client hears that it is not to blame", async () => {
  const { url, give, file, log } = await sharedBridge();
  const headers = await give("anna");
  expect((await ask(url, "openai-chat", { headers })).status).toBe(200);
  await rm(file);
  for (const dialect of DIALECTS) {
    const response = await ask(url, dialect, { headers });
    expect(response.status).toBe(503);
    expect((await errorOf(response)).message).toContain("Its log says why");
  }
  expect(log.filter(({ msg }) => String(msg).includes("is missing")).length).toBe(1);
});

verifies(
  "control.scope",
  "models, hosts and APIs that a key was not made for are refused, saying which it has",
  async () => {
    const { url, give, bridge } = await sharedBridge({ modelAlias: "fast=tiny" });
    await attachHost(bridge, { script: answer("Other."), name: "other-host" });
    const refused = async (
      terms: Terms,
      body: object,
      more: Record<string, string> = {},
    ): Promise<unknown[]> => {
      const headers = await give(`key-${Math.random().toString(36).slice(2)}`, terms);
      const results: unknown[] = [];
      for (const dialect of DIALECTS) {
        const response = await ask(url, dialect, { headers: { ...headers, ...more }, body: { ...body } });
        results.push(response.status, response.ok ? "" : (await errorOf(response)).message);
      }
      return results;
    };
    const said = (text: string): unknown => expect.stringContaining(text);
    const fitting = [200, "", 200, ""];
    expect(await refused({ models: ["gpt-*"] }, { model: "GPT-4o" })).toEqual(fitting);
    expect(await refused({ models: ["gpt-*"] }, { model: "scripted-host/gpt-4o" })).toEqual(fitting);
    const unfit = said("Models of this key: gpt-*.");
    for (const model of ["auto", "fast", "claude-x", "other-host/auto", "my-gpt-4"]) {
      expect(await refused({ models: ["gpt-*"] }, { model })).toEqual([404, unfit, 404, unfit]);
    }
    expect(await refused({ hosts: ["scripted-host"] }, {})).toEqual(fitting);
    const elsewhere = said("Hosts of this key: scripted-host.");
    const outside = [403, elsewhere, 403, elsewhere];
    expect(await refused({ hosts: ["scripted-host"] }, {}, { "x-mcp-host": "other-host" })).toEqual(outside);
    expect(await refused({ hosts: ["scripted-host"] }, { model: "other-host/auto" })).toEqual(outside);
    const away = said("is attached: nowhere.");
    expect(await refused({ hosts: ["nowhere"] }, {})).toEqual([503, away, 503, away]);
    const chat = said("APIs of this key: openai-chat.");
    expect(await refused({ apis: ["openai-chat"] }, {})).toEqual([200, "", 403, chat]);
    const over = said("expired at 1970-01-01T00:00:01.000Z");
    expect(await refused({ expires: 1000 }, {})).toEqual([401, over, 401, over]);
  },
);

verifies("control.scope", "the list of models shows what the key may ask for", async () => {
  const { url, give, bridge } = await sharedBridge();
  await attachHost(bridge, { script: answer("Other."), name: "other-host" });
  const ids = async (headers: Record<string, string>): Promise<string[]> => {
    const list = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
    return list.data.map(({ id }) => id);
  };
  expect(await ids(await give("all"))).toEqual(["auto", "scripted-host/auto", "other-host/auto"]);
  expect(await ids(await give("host", { hosts: ["other-host"] }))).toEqual(["auto", "other-host/auto"]);
  expect(await ids(await give("models", { models: ["gpt-*"] }))).toEqual([]);
});

verifies("control.name", "the log names the key, and its secret is nowhere", async () => {
  const { url, give, log } = await sharedBridge({ logLevel: "trace", logContent: true });
  const headers = await give("anna");
  for (const dialect of DIALECTS) await (await ask(url, dialect, { headers })).text();
  await expect.poll(() => log.filter(({ msg, key }) => msg === "TX" && key === "anna").length).toBe(2);
  expect(JSON.stringify(log)).not.toContain(headers["authorization"]?.slice(-43));
});

verifies("control.audit", "a bridge that begins where keys were made says with which settings", async () => {
  const directory = await stateDir();
  await changeKeys(keyFile(directory), (list) => added(list, "anna", {}, makeSecret(), 0));
  const { bridge } = await startBridge({ stateDir: directory, apiKey: "one,other-secret" });
  await bridge.stop();
  const text = await readFile(auditFile(directory), "utf8");
  expect(JSON.parse(text)).toMatchObject({
    event: "bridge-started",
    about: { host: "127.0.0.1", keys: { clients: 2, operators: 0, hosts: 0 } },
  });
  expect(text).not.toContain("other-secret");
});
