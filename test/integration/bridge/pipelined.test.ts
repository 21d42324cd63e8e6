import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, onTestFinished } from "vitest";
import { listen } from "../../../src/server/listen.ts";
import { RawConnection, rawRequest } from "../../support/bridge/raw-http.ts";
import { verifies } from "../../support/verifies.ts";

interface Served {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** A listener that answers when the test does, and its client. */
async function opened(): Promise<{
  readonly client: RawConnection;
  readonly served: Served[];
  readonly refused: unknown[];
  readonly reaches: (count: number) => Promise<void>;
}> {
  const served: Served[] = [];
  const refused: unknown[] = [];
  let wake = (): void => undefined;
  const listener = await listen(
    {
      serve: (incoming, outgoing) => {
        served.push({ incoming, outgoing });
        wake();
      },
      upgrade: () => false,
      refuse: (socket, { code }) => {
        refused.push(code);
        socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      },
    },
    { host: "127.0.0.1", port: 0, maxConnections: 10 },
  );
  const client = await RawConnection.open(listener.url);
  onTestFinished(async () => {
    client.cut();
    await listener.close();
  });
  return {
    client,
    served,
    refused,
    async reaches(count) {
      while (served.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const get = (index: number): string => rawRequest(`GET /${index}`);
const gets = (count: number): string => Array.from({ length: count }, (_, index) => get(index)).join("");

/** As long as it takes a request on another connection to be handled: what was to come of the first has come. */
async function meanwhile({ client }: { readonly client: RawConnection }): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(client.socket.destroyed).toBe(false);
}

verifies("server.pipelined", "a few are handled at once, each further one when one is answered", async () => {
  const listener = await opened();
  const { client, served, reaches } = listener;
  client.send(gets(30));
  await reaches(8);
  await meanwhile(listener);
  for (let index = 0; index < 30; index += 1) {
    expect(served.length).toBeLessThanOrEqual(8 + index);
    await reaches(index + 1);
    served[index]?.outgoing.end(`answer ${index}`);
    expect((await client.reply()).body).toBe(`answer ${index}`);
  }
});

verifies(
  "server.pipelined",
  "answers keep the order of their requests, whichever is ready first",
  async () => {
    const { client, served, reaches } = await opened();
    client.send(gets(5));
    await reaches(5);
    for (const { incoming, outgoing } of served.toReversed()) outgoing.end(incoming.url);
    for (let index = 0; index < 5; index += 1) expect((await client.reply()).body).toBe(`/${index}`);
  },
);

verifies("server.pipelined", "no more is read than a moment's worth while requests wait", async () => {
  const listener = await opened();
  const { client, served, reaches } = listener;
  client.send(gets(150));
  await reaches(8);
  const socket = served[0]?.incoming.socket;
  // More than all buffers of the system between the two ends hold.
  const more = 20_000_000;
  client.send(rawRequest("POST /large", {}, "x".repeat(more)) + get(0));
  await meanwhile(listener);
  expect(socket?.bytesRead).toBeLessThan(1_000_000);
  for (let index = 0; index < 151; index += 1) {
    await reaches(index + 1);
    const { incoming, outgoing } = served[index] ?? {};
    if (incoming?.method === "POST") {
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => (bytes += chunk.length));
      await once(incoming, "end");
      expect(bytes).toBe(more);
    }
    outgoing?.end("ok");
    expect((await client.reply()).status).toBe(200);
  }
  // What stood behind the body is served as well.
  await reaches(152);
  served[151]?.outgoing.end("ok");
  expect((await client.reply()).status).toBe(200);
});

verifies("server.pipelined", "what waits on a connection that ends is not handled", async () => {
  const listener = await opened();
  const { client, served, reaches } = listener;
  client.send(gets(100));
  await reaches(8);
  const socket = served[0]?.incoming.socket;
  client.cut();
  if (socket !== undefined && !socket.destroyed) await once(socket, "close");
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(served).toHaveLength(8);
});

verifies("server.pipelined", "garbage behind several requests is not the answer to the first", async () => {
  const { client, refused, reaches } = await opened();
  client.send(`${gets(2)}GARBAGE\r\n\r\n`);
  await reaches(2);
  await client.closed;
  expect(refused).toEqual([]);
  await expect(client.reply()).rejects.toThrow("ended");
});
