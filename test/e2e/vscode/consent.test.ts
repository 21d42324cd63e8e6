import { APIError as AnthropicError } from "@anthropic-ai/sdk";
import { APIError as OpenAiError } from "openai";
import { expect, test } from "vitest";

import { anthropic, openAi } from "./support/clients.ts";
import { runCommand } from "./support/command.ts";
import { type Chunk, readStream } from "./support/read-stream.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { type BridgeWindow, openBridge, PROGRAM } from "./support/workspace.ts";

/** Short times, so that the person's seconds of hesitation fit into a test. */
const HURRY = ["--peek-ms", "200", "--heartbeat-ms", "300", "--consent-hint-ms", "500"];

const PROMPT = /has issued a request to make a language model call/;

const vscode = useVsCode();

const ask = (content: string) => ({ model: "parrot", messages: [{ role: "user" as const, content }] });

async function consentOf({ url }: BridgeWindow): Promise<unknown> {
  const ready: { hosts: { consent: unknown }[] } = JSON.parse(await (await fetch(`${url}/ready`)).text());
  return ready.hosts[0]?.consent;
}

/** What the doctor says without asking the model itself. */
function doctor({ port }: BridgeWindow): Promise<string> {
  const args = [PROGRAM, "doctor", "--no-ask", "--port", String(port)];
  return runCommand(process.execPath, args, { timeoutMs: 30_000 });
}

/** What a client sees of a request that fails. */
async function failureOf(request: PromiseLike<unknown>): Promise<object> {
  try {
    return { unexpected: await request };
  } catch (error) {
    if (!(error instanceof OpenAiError || error instanceof AnthropicError)) throw error;
    const headers = new Headers(error.headers);
    return { status: error.status, error: error.error, retry: headers.get("x-should-retry") };
  }
}

const REFUSED_CHAT = { status: 400, retry: "false", error: { code: "consent_denied" } };
const REFUSED_MESSAGES = {
  status: 400,
  retry: "false",
  error: { type: "error", error: { type: "invalid_request_error" } },
};

test("while the person is asked, the client's stream lives and says so, and the answer comes with the consent", async () => {
  const bridge = await openBridge(vscode(), "waiting", { args: HURRY });
  const stream = await readStream(`${bridge.url}/v1/chat/completions`, { ...ask("please"), stream: true });
  await bridge.window.waitForNotification(PROMPT);

  await stream.until(/^: .*consent/m);
  const beats = stream.chunks().length;
  await stream.untilChunks(beats + 5);
  expect(stream.text).not.toContain("You said");
  expect(await consentOf(bridge)).toBe("waiting");
  expect(await doctor(bridge)).toMatch(/^warn +consent +.*waiting for your consent/m);
  expect(bridge.window.model.requests).toHaveLength(0);

  await bridge.window.press("Allow in this Session");
  await stream.end();
  expect(stream.chunks().map(contentOf).join("")).toBe("You said: please");
  expect(stream.text.trimEnd()).toMatch(/data: \[DONE\]$/);
  expect(await consentOf(bridge)).toBe("granted");
});

test('"Not Now" ends every waiting request with its dialect\'s refusal, and the person is not asked again', async () => {
  const bridge = await openBridge(vscode(), "not-now", { args: HURRY });
  const { window, url } = bridge;
  const stream = await readStream(`${url}/v1/chat/completions`, { ...ask("secret"), stream: true });
  const chat = failureOf(openAi(url).chat.completions.create(ask("another")));
  const messages = failureOf(anthropic(url).messages.create({ ...ask("a third"), max_tokens: 10 }));
  window.model.behave = () => {}; // Whatever gets here stays until it is cancelled.
  await stream.until(/^: .*consent/m);

  await window.press("Not Now");
  expect(await chat).toMatchObject(REFUSED_CHAT);
  expect(await messages).toMatchObject(REFUSED_MESSAGES);
  await stream.end();
  expect(stream.text.trimEnd()).toMatch(/data: \{"error":\{.*"code":"consent_denied".*\}\}$/);
  expect(stream.text).not.toContain("[DONE]");
  expect(await consentOf(bridge)).toBe("denied");

  // VS Code refuses one request only: it goes on to serve the others that waited, and any that comes later. The
  // bridge takes back the former and does not send the same again, in whichever form the client asks.
  const { requests } = window.model;
  await window.model.until("nothing runs", () =>
    requests.every(({ cancelledAt }) => cancelledAt !== undefined),
  );
  const served = requests.length;
  const again = [
    failureOf(openAi(url).chat.completions.create({ ...ask("another"), stream: true })),
    failureOf(openAi(url).chat.completions.create(ask("another"))),
    failureOf(
      anthropic(url)
        .messages.stream({ ...ask("a third"), max_tokens: 10 })
        .finalText(),
    ),
  ];
  expect(await Promise.all(again)).toMatchObject([REFUSED_CHAT, REFUSED_CHAT, REFUSED_MESSAGES]);
  await expect(readStream(`${url}/v1/chat/completions`, ask("secret"))).rejects.toThrow(
    /answered 400: .*"code":"consent_denied"/,
  );
  expect(requests).toHaveLength(served);
  expect(await window.notifications()).not.toContainEqual(expect.stringMatching(PROMPT));
});

test('"Never" is kept by VS Code: whatever is asked later is refused without a prompt', async () => {
  const bridge = await openBridge(vscode(), "never");
  const { window, url } = bridge;
  const first = failureOf(openAi(url).chat.completions.create(ask("may I?")));
  await window.press("Never");
  expect(await first).toMatchObject(REFUSED_CHAT);

  const messages = anthropic(url).messages.stream({ ...ask("and this?"), max_tokens: 10 });
  expect(await failureOf(messages.finalText())).toMatchObject(REFUSED_MESSAGES);
  const chat = openAi(url).chat.completions.create({ ...ask("or this?"), stream: true });
  expect(await failureOf(chat)).toMatchObject(REFUSED_CHAT);
  expect(window.model.requests).toHaveLength(0);
  expect(await window.notifications()).not.toContainEqual(expect.stringMatching(PROMPT));
});

function contentOf(chunk: Chunk): string {
  return chunk.choices?.[0]?.delta.content ?? "";
}
