import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { StdioTransport } from "../../../../src/hosts/mcp/stdio.ts";
import type { BridgeError } from "../../../../src/turn/error.ts";
import { streamPair } from "../../../support/bridge/stream-pair.ts";
import { verifies } from "../../../support/verifies.ts";

const PING = { jsonrpc: "2.0", id: 1, method: "ping" } as const;

function listening(transport: StdioTransport): { messages: object[]; errors: string[] } {
  const messages: object[] = [];
  const errors: string[] = [];
  transport.onmessage = (message) => void messages.push(message);
  transport.onerror = (error) => void errors.push(error.message);
  return { messages, errors };
}

verifies(
  "host.tolerant-stdin",
  "reads on after garbage, blank lines, CRLF, scalars and half lines",
  async () => {
    const { transport, host } = streamPair();
    const { messages, errors } = listening(transport);
    await transport.start();
    host.write(`not json\n\n\r\n42\n${JSON.stringify(PING)}\r\n`);
    host.write(`[${JSON.stringify(PING)},${JSON.stringify(PING)}]\n{"jsonrpc":"2.0",`);
    host.write(`"id":1,"method":"ping"}\n`);
    expect(messages).toEqual([PING, PING, PING, PING]);
    expect(errors).toHaveLength(2);
    expect(errors.join(" ")).not.toContain("not json\n");
  },
);

test("a character may be cut between two reads", async () => {
  const { transport, host } = streamPair();
  const { messages } = listening(transport);
  await transport.start();
  const bytes = Buffer.from(`${JSON.stringify({ ...PING, method: "好👩‍🚀" })}\n`);
  for (const byte of bytes) host.write(Buffer.from([byte]));
  expect(messages).toEqual([{ ...PING, method: "好👩‍🚀" }]);
});

test("a listener that throws does not end the connection", async () => {
  const { transport, host } = streamPair();
  const { errors } = listening(transport);
  let calls = 0;
  transport.onmessage = () => {
    calls += 1;
    throw new Error("a defect");
  };
  await transport.start();
  host.send(PING);
  host.send(PING);
  expect(calls).toBe(2);
  expect(errors).toEqual(["a defect", "a defect"]);
});

verifies("host.line-cap-in", "a line above the bound fails the request it answers", async () => {
  const { transport, host } = streamPair({}, { read: 1000 });
  const { messages, errors } = listening(transport);
  await transport.start();
  const text = `"id":"mcptb-666" ${"x".repeat(2000)}`;
  host.send({ jsonrpc: "2.0", id: "mcptb-7", result: { text } });
  host.send({ result: { text }, jsonrpc: "2.0", id: "mcptb-8" });
  host.send({ jsonrpc: "2.0", method: "notifications/x", params: { text } });
  host.send(PING);
  expect(messages).toEqual([
    expect.objectContaining({ id: "mcptb-7", error: expect.objectContaining({ code: -32_603 }) }),
    expect.objectContaining({ id: "mcptb-8", error: expect.objectContaining({ code: -32_603 }) }),
    PING,
  ]);
  expect(errors).toHaveLength(3);
});

verifies("host.line-cap-out", "refuses to write a line above the bound, counted in bytes", async () => {
  const { transport, host } = streamPair({}, { write: 1000 });
  await transport.start();
  const message = (text: string): object => ({ jsonrpc: "2.0", method: "x", params: { text } });
  await expect(transport.send(message("x".repeat(1000)))).rejects.toMatchObject({
    code: "payload_too_large",
  });
  await expect(transport.send(message("好".repeat(400)))).rejects.toMatchObject({
    code: "payload_too_large",
  });
  await transport.send(message("x".repeat(900)));
  await transport.send(message("好".repeat(300)));
  await host.until(() => host.received.length === 2);
  expect(host.lines).toHaveLength(2);
});

test("a host that does not read is noticed", async () => {
  const stuck = new Writable({ write: () => undefined });
  const transport = new StdioTransport(new PassThrough(), stuck, { backlog: 10_000 });
  await transport.start();
  const params = { text: "x".repeat(6000) };
  await transport.send({ jsonrpc: "2.0", method: "x", params });
  await transport.send({ jsonrpc: "2.0", method: "x", params });
  await expect(transport.send({ jsonrpc: "2.0", method: "x", params })).rejects.toMatchObject({
    code: "host_failed",
  });
});

test("closes once at the end of input and takes nothing more", async () => {
  const { transport, host } = streamPair();
  let closed = 0;
  const ended = new Promise<void>((resolve) => {
    transport.onclose = () => {
      closed += 1;
      resolve();
    };
  });
  await transport.start();
  host.close();
  await ended;
  await transport.close();
  expect(closed).toBe(1);
  const error: unknown = await transport.send(PING).catch((thrown: unknown) => thrown);
  expect((error as BridgeError).code).toBe("host_gone");
});

test("closes when its input ended before it started", async () => {
  const input = new PassThrough();
  input.resume().end();
  await new Promise((resolve) => {
    input.once("end", resolve);
  });
  const transport = new StdioTransport(input, new PassThrough());
  const ended = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  await transport.start();
  await ended;
});

test("closes when its output breaks, and survives a second error", async () => {
  const output = new PassThrough();
  const transport = new StdioTransport(new PassThrough(), output);
  const ended = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  await transport.start();
  output.emit("error", new Error("EPIPE"));
  await ended;
  output.emit("error", new Error("EPIPE"));
});
