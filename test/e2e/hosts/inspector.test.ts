/** The MCP Inspector: a person answers the sampling requests of the official clients by hand. */
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostInfo } from "../../../src/hosts/host.ts";
import { scratchHome } from "../clients/support/environment.ts";
import { installInspector } from "./support/install.ts";
import { startInspector, type Inspector } from "./support/inspector.ts";

let home: Awaited<ReturnType<typeof scratchHome>>;
let installed: Awaited<ReturnType<typeof installInspector>>;
let inspector: Inspector;
let openai: OpenAI;

beforeAll(async () => {
  home = await scratchHome();
  installed = await installInspector();
  inspector = await startInspector(installed, home.path);
  openai = new OpenAI({ baseURL: `${inspector.url}/v1`, apiKey: "none", maxRetries: 0 });
});

afterAll(async () => {
  await inspector?.stop();
  await home?.remove();
});

const asking = (content: string, signal?: AbortSignal) =>
  openai.chat.completions.create(
    { model: "auto", messages: [{ role: "user", content }] },
    signal && { signal },
  );

test("what the person types is the answer", async () => {
  const answer = asking("What is the capital of France?");
  expect(await inspector.question()).toContain("What is the capital of France?");
  await inspector.answer("Paris, 你好.");
  expect((await answer).choices[0]?.message.content).toBe("Paris, 你好.");
  const { hosts } = (await (await fetch(`${inspector.url}/ready`)).json()) as { hosts: HostInfo[] };
  expect(hosts).toMatchObject([
    {
      name: "mcp-inspector",
      version: installed.version,
      revision: "2025-11-25",
      consent: "granted",
      models: ["stub-model"],
      // It runs sampling as tasks, and those can be cancelled.
      abilities: { tools: false, cancel: "yes" },
    },
  ]);
});

test("a stream waits for the person", async () => {
  const answer = openai.chat.completions
    .stream({ model: "auto", messages: [{ role: "user", content: "Count to three." }] })
    .finalContent();
  expect(await inspector.question()).toContain("Count to three.");
  await inspector.answer("One, two, three.");
  expect(await answer).toBe("One, two, three.");
});

test("a refusal is an error that tells what to do", async () => {
  const answer = asking("Something private.").then(
    () => expect.unreachable("an answer"),
    (error: unknown) => error,
  );
  await inspector.question();
  await inspector.reject();
  const error = await answer;
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ status: 400, code: "consent_denied" });
});

test("a client that leaves takes its question off the screen", async () => {
  const client = new AbortController();
  const answer = asking("Are you quick?", client.signal);
  await inspector.question();
  client.abort();
  await expect(answer).rejects.toThrow(OpenAI.APIUserAbortError);
  await inspector.idle();
});
