/**
 * The model that every host of these tests lends: an OpenAI endpoint for hosts that bring their own way to a model, and
 * `/sampling` for hosts whose callback passes the sampling request on as it is. The test decides what it answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { readChat, writeChat } from "./chat-form.ts";
import { readSampling, writeSampling } from "./sampling-form.ts";

export interface Turn {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** All its texts, those of tool results too. */
  readonly text: string;
  readonly images: number;
  readonly calls: readonly string[];
}

/** A request as the model sees it, whichever way it came. */
export interface Asked {
  readonly turns: readonly Turn[];
  readonly tools: readonly string[];
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stop: readonly string[];
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `end` is why the model stopped; without it it had finished, or calls tools. */
export type Reply =
  | { readonly text: string; readonly calls?: readonly Call[]; readonly end?: "length" }
  | { readonly status: number; readonly error: string };

/** `left` aborts when the host hangs up before the answer. */
export type Behaviour = (asked: Asked, left: AbortSignal) => Reply | Promise<Reply>;

export interface ScriptedModel {
  readonly url: string;
  readonly asked: readonly Asked[];
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

const FORMS = {
  "/v1/chat/completions": { read: readChat, write: writeChat },
  "/sampling": { read: readSampling, write: writeSampling },
} as const;

export async function startModel(): Promise<ScriptedModel> {
  let behave: Behaviour = () => ({ text: "nothing was scripted" });
  const asked: Asked[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = FORMS[(request.url ?? "") as keyof typeof FORMS];
    if (form === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = (await json(request)) as Record<string, unknown>;
    const left = new AbortController();
    response.on("close", () => left.abort());
    const question = form.read(body);
    asked.push(question);
    form.write(await behave(question, left.signal), response, body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave(behaviour) {
      behave = behaviour;
      asked.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
