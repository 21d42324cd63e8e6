/** What a provider fails with, by code, by name and by words, before the first part and after it. */
import { afterEach, describe, expect, test } from "vitest";

import { anthropic, openAi } from "../support/clients.ts";
import { ask, nextRequest, type Editor } from "./editor.ts";

interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly name?: string;
  readonly is: { readonly status: number; readonly code: string };
}

const FAILURES: readonly Failure[] = [
  { message: "No such model", code: "NotFound", is: { status: 404, code: "model_not_found" } },
  { message: "Blocked for now", code: "Blocked", is: { status: 429, code: "rate_limit_exceeded" } },
  { message: "Not for you", code: "NoPermissions", is: { status: 400, code: "consent_denied" } },
  { message: "Enough", name: "ChatQuotaExceeded", is: { status: 429, code: "insufficient_quota" } },
  { message: "Slower", name: "ChatRateLimited", is: { status: 429, code: "rate_limit_exceeded" } },
  { message: "Rate limit exceeded", is: { status: 429, code: "rate_limit_exceeded" } },
  { message: "You are out of premium requests", is: { status: 429, code: "insufficient_quota" } },
  { message: "Message exceeds token limit.", is: { status: 400, code: "context_length_exceeded" } },
  { message: "The model is out of order", is: { status: 502, code: "host_failed" } },
];

const nameOf = ({ code, name, message }: Failure): string => code ?? name ?? message;

export function failures(editor: () => Editor): void {
  // After a refusal nothing is asked until the person allows it.
  afterEach(() => editor().window.model.execute("mcpTokenBridge.allow"));

  describe("before the first part a failure is the status", () => {
    test.each(FAILURES.map((failure) => [nameOf(failure), failure] as const))("%s", async (_, failure) => {
      const { window, url } = editor();
      window.model.behave = (request) => request.fail(failure.message, failure.code, failure.name);
      const error: unknown = await openAi(url)
        .chat.completions.create(ask(`before ${failure.message}`))
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(failure.is);
      expect(String(error)).toContain(failure.message);
      // Nothing of VS Code's inside.
      expect(JSON.stringify(error)).not.toMatch(/\n\s+at |vscode-|\.js:\d/);
    });
  });

  describe("after it a failure is the error event, and never a regular end", () => {
    test.each(FAILURES.map((failure) => [nameOf(failure), failure] as const))("%s", async (_, failure) => {
      const { window, url } = editor();
      const half = async (): Promise<void> => {
        const request = await nextRequest(window);
        request.write("half");
      };
      const fail = (): void => window.model.requests[0]?.fail(failure.message, failure.code, failure.name);

      const asking = openAi(url).chat.completions.create({
        // A prompt that was too long is not asked again.
        ...ask(`after ${failure.message}`),
        stream: true,
      });
      asking.catch(() => {}); // Awaited below, after what may fail first.
      await half();
      const seen: (string | null | undefined)[] = [];
      const reading = (async () => {
        for await (const { choices } of await asking) {
          seen.push(choices[0]?.finish_reason);
          // An editor drops on an error what has not been read yet.
          if (choices[0]?.delta.content) fail();
        }
      })();
      await expect(reading).rejects.toThrow(failure.message);
      expect(seen.filter(Boolean)).toEqual([]);
    });

    test("for Anthropic's clients too", async () => {
      const { window, url } = editor();
      const stream = anthropic(url).messages.stream({ ...ask("hello"), max_tokens: 100 });
      const ended: unknown[] = [];
      stream.on("streamEvent", ({ type }) => ended.push(type));
      stream.on("text", () => window.model.requests[0]?.fail("The model is out of order"));
      const reading = stream.finalMessage();
      reading.catch(() => {}); // Awaited below.
      (await nextRequest(window)).write("half");
      await expect(reading).rejects.toThrow("out of order");
      expect(ended).not.toContain("message_stop");
    });
  });
}
