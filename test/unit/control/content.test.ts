import { randomBytes } from "node:crypto";
import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readContent, tidy } from "../../../src/control/content/content-store.ts";
import { type KeptContent, openedLine, sealedLine } from "../../../src/control/content/sealed-line.ts";
import { ask } from "../../support/bridge/ask.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { tracesIn } from "../../support/data/traces.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const PROMPT = "canary prompt/ü+3";
const ANSWER = "canary answer/ñ+6";

async function asked(settings: Parameters<typeof startBridge>[0] = {}) {
  const directory = await stateDir();
  const { bridge, url, log } = await startBridge({ stateDir: directory, ...settings });
  await attachHost(bridge, { script: answer(ANSWER) });
  for (const stream of [true, false]) await (await ask(url, "openai-chat", { text: PROMPT, stream })).text();
  await bridge.stop();
  const ids = log.filter(({ msg }) => msg === "TX").map(({ id }) => String(id));
  expect(ids).toHaveLength(2);
  return { directory, ids };
}

const bytesOf = async (directory: string): Promise<string> => {
  const names = await readdir(directory, { recursive: true });
  const files = names.map((name) => path.join(directory, name));
  const texts = await Promise.all(
    files.map(async (file) => ((await stat(file)).isFile() ? readFile(file, "latin1") : "")),
  );
  return texts.join("\n");
};

verifies(
  "control.keep-content",
  "where it was chosen it is kept, encrypted, for its user alone",
  async () => {
    const { directory, ids } = await asked({ keepContent: 1 });
    for (const id of ids) {
      expect(await readContent(directory, id)).toMatchObject({
        id,
        asked: "auto",
        status: 200,
        input: [{ role: "user", parts: [{ type: "text", content: PROMPT }] }],
        output: [{ role: "assistant", parts: [{ type: "text", content: ANSWER }] }],
      });
    }
    expect(await readContent(directory, "another")).toBeUndefined();
    const show = (id: string) => runCli(["usage", "--request", id], { env: { MCPTB_STATE_DIR: directory } });
    expect((await show(ids[0] ?? "")).stdout).toContain(PROMPT);
    expect(await show("another")).toMatchObject({ code: 1, stdout: "" });
    expect(tracesIn(await bytesOf(directory), [PROMPT, ANSWER, "canary"])).toEqual([]);
    const [file = ""] = await readdir(path.join(directory, "content"));
    expect((await stat(path.join(directory, "content-key"))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(directory, "content", file))).mode & 0o777).toBe(0o600);
    // With another key nothing can be read.
    await writeFile(path.join(directory, "content-key"), randomBytes(32).toString("base64url"), {
      mode: 0o600,
    });
    expect(await readContent(directory, ids[0] ?? "")).toBeUndefined();
  },
);

verifies("control.keep-content", "without it nothing is kept", async () => {
  const { directory, ids } = await asked();
  expect(await readdir(directory)).not.toContain("content");
  expect(await readContent(directory, ids[0] ?? "")).toBeUndefined();
});

verifies("control.keep-content", "a changed line is not believed", () => {
  const key = randomBytes(32);
  const content: KeptContent = {
    id: "a-b",
    at: 1,
    client: "c",
    asked: "m",
    api: "openai-chat",
    status: 200,
    ms: 1,
    notices: [],
    system: [],
    input: ["in"],
    output: ["out"],
  };
  const line = sealedLine(content, key);
  expect(openedLine(line, key)).toEqual(content);
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.constantFrom("A", "b", "7", "_"), (at, letter) => {
      fc.pre(line[at] !== letter && at < line.length - 1);
      expect(openedLine(line.slice(0, at) + letter + line.slice(at + 1), key)).toBeUndefined();
    }),
  );
  expect(openedLine(line.slice(0, -20), key)).toBeUndefined();
  expect(openedLine("", key)).toBeUndefined();
});

test("what is too old or too much goes, the oldest first, and nothing else", async () => {
  const directory = await stateDir();
  const names = [
    "2030-01-01T00.sealed",
    "2030-01-01T01.sealed",
    "2030-01-02T00.sealed",
    "2030-01-02T01.sealed",
  ];
  for (const [index, name] of [...names, "else"].entries()) {
    await writeFile(path.join(directory, name), "x".repeat(100));
    await utimes(path.join(directory, name), index + 1, index + 1);
  }
  await tidy(directory, 1500);
  expect((await readdir(directory)).toSorted()).toEqual([...names.slice(1), "else"]);
  await tidy(directory, 0, 250);
  expect((await readdir(directory)).toSorted()).toEqual([...names.slice(2), "else"]);
});
