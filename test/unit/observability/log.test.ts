import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { HostLog, type SendLog } from "../../../src/observability/host-log.ts";
import { createLog, openLog } from "../../../src/observability/log.ts";
import { ask } from "../../support/bridge/ask.ts";
import { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

class Terminal extends Writable {
  text = "";
  isTTY = false;
  release: (() => void) | undefined;
  stuck = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.stuck) this.release = done;
    else done();
  }
}

const ESCAPE = "\u001B[";

const usual = { logLevel: "info", forceColor: false, logFormat: "auto" } as const;

verifies("server.log-formats", "one plain line an entry where no person looks", async () => {
  const out = new Terminal();
  const log = await openLog(usual, out);
  log
    .child({ id: "7" })
    .info({ status: 200, host: undefined, model: "a b", usage: { inputTokens: 3 } }, "TX");
  log.warn("two\nlines \u001b[31m and \u202E more");
  log.error({ err: new Error("broken\nhere") }, "failed");
  const [first = "", second = "", third = "", ...rest] = out.text.split("\n");
  expect(first).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO {2}TX id=7 status=200 model="a b" usage=inputTokens:3$/,
  );
  expect(second).toMatch(/ WARN {2}two lines \\u001b\[31m and \\u202e more$/);
  expect(third).toMatch(/ ERROR failed err=\{"type":"Error","message":"broken\\nhere"/);
  expect(rest).toEqual([""]);
});

verifies("server.log-formats", "plain text on a terminal where that is wanted", async () => {
  const terminal = new Terminal();
  terminal.isTTY = true;
  const log = await openLog({ ...usual, logFormat: "text" }, terminal);
  log.info({ url: "http://x" }, "listening");
  expect(terminal.text).toMatch(/ INFO {2}listening url=http:\/\/x\n$/);
});

const sent: { level: string; logger: string; data: string }[] = [];
const send: SendLog = async (params) => void sent.push(params);
afterEach(() => {
  sent.length = 0;
});

verifies(
  "server.log-to-host",
  "a host that asks gets the log from then on, and nobody else does",
  async () => {
    const out = new Terminal();
    const hostLog = new HostLog();
    const log = await openLog(usual, out, hostLog);
    log.info("before");
    hostLog.open("info", send);
    log.info({ route: "/v1/messages", host: "vscode" }, "RX");
    log.warn("careful");
    log.error("worse");
    hostLog.open("warning", send);
    log.info("too little");
    log.warn("enough");
    hostLog.close();
    log.info("after");
    expect(sent).toEqual([
      { level: "info", logger: "mcptb", data: "RX route=/v1/messages host=vscode" },
      { level: "warning", logger: "mcptb", data: "careful" },
      { level: "error", logger: "mcptb", data: "worse" },
      { level: "warning", logger: "mcptb", data: "enough" },
    ]);
    expect(out.text.match(/before|RX|careful|worse|little|enough|after/g)).toEqual(["before", "after"]);
  },
);

verifies("server.log-to-host", "a format that was asked for is written to stderr all the same", async () => {
  for (const logFormat of ["text", "json"] as const) {
    const out = new Terminal();
    const hostLog = new HostLog();
    const log = await openLog({ ...usual, logFormat }, out, hostLog);
    hostLog.open("debug", send);
    log.info("both");
    expect(out.text).toContain("both");
    expect(sent.pop()?.data).toBe("both");
  }
});

verifies("server.log-to-host", "prompts and answers do not go there, whatever is logged", () => {
  const hostLog = new HostLog();
  const log = createLog({ logLevel: "info" }, new Terminal(), undefined, hostLog);
  hostLog.open("debug", send);
  log.info({ model: "m", request: { messages: ["secret"] } }, "RX");
  log.info({ answers: [{ text: "secret" }] }, "TX");
  expect(sent.map(({ data }) => data)).toEqual(["RX model=m", "TX"]);
});

verifies(
  "server.log-to-host",
  "a host that does not read gets no more than a few lines, and is told how many are missing",
  async () => {
    const hostLog = new HostLog();
    const log = createLog({ logLevel: "info" }, new Terminal(), undefined, hostLog);
    const written: (() => void)[] = [];
    hostLog.open("debug", async (params) => {
      sent.push(params);
      await new Promise<void>((resolve) => void written.push(resolve));
    });
    for (let line = 0; line < 10_000; line += 1) log.info("x".repeat(10_000));
    expect(sent.length).toBeLessThan(1000);
    expect(Math.max(...sent.map(({ data }) => data.length))).toBeLessThan(5000);
    const missing = 10_000 - sent.length;
    for (const resolve of written) resolve();
    await new Promise((resolve) => void setImmediate(resolve));
    log.info("again");
    expect(sent.at(-1)?.data).toBe(`again (${missing} lines before it were dropped)`);
  },
);

test("JSON lines where they are wanted", async () => {
  const out = new Terminal();
  const log = await openLog({ ...usual, logFormat: "json" }, out);
  log.child({ id: "7" }).info({ status: 200 }, "TX");
  expect(JSON.parse(out.text)).toMatchObject({ level: 30, id: "7", status: 200, msg: "TX" });
  expect(out.text.endsWith("\n")).toBe(true);
});

test("readable lines on a terminal, coloured where that is forced", async () => {
  const terminal = new Terminal();
  terminal.isTTY = true;
  const log = await openLog({ logLevel: "info", forceColor: false, logFormat: "auto" }, terminal);
  log.info({ url: "http://x" }, "listening");
  expect(terminal.text).toContain("listening");
  expect(() => JSON.parse(terminal.text) as unknown).toThrow(SyntaxError);
  const forced = new Terminal();
  const coloured = await openLog({ logLevel: "info", forceColor: true, logFormat: "auto" }, forced);
  coloured.warn("careful");
  expect(forced.text).toContain(ESCAPE);
});

test("the level decides", () => {
  const out = new Terminal();
  const log = createLog({ logLevel: "warn" }, out);
  log.info("not this");
  log.warn("this");
  expect(out.text).toContain("this");
  expect(out.text).not.toContain("not this");
  createLog({ logLevel: "silent" }, out).error("nor this");
  expect(out.text).not.toContain("nor this");
});

verifies("server.log-unread", "lines that nobody takes are dropped and counted", () => {
  const out = new Terminal();
  out.stuck = true;
  const log = createLog({ logLevel: "info" }, out);
  for (let line = 0; line < 100; line += 1) log.info("x".repeat(100_000));
  expect(out.writableLength).toBeLessThan(1_300_000);
  out.stuck = false;
  out.release?.();
  log.info("after");
  const lines = out.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string; dropped?: number });
  const lost = lines.find(({ dropped }) => dropped !== undefined);
  expect((lost?.dropped ?? 0) + lines.length - 2).toBe(100);
  expect(lines.at(-1)?.msg).toBe("after");
});

verifies("server.log-unread", "a closed stream is no error", () => {
  const out = new Terminal();
  const log = createLog({ logLevel: "info" }, out);
  out.destroy(new Error("EPIPE"));
  log.info("to nobody");
  expect(out.text).toBe("");
});

for (const closed of [false, true]) {
  verifies(
    "server.log-unread",
    `the program goes on when its stderr is ${closed ? "closed" : "never read"}, and exits`,
    async () => {
      const port = await freePort();
      const flags = ["--port", String(port), "--log-content"];
      const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
      const exited = once(child, "exit");
      try {
        if (closed) child.stderr.destroy();
        const host = new ScriptedHost(child.stdout, child.stdin);
        await host.initialize();
        const url = `http://127.0.0.1:${port}`;
        await expect
          .poll(
            () =>
              fetch(`${url}/health`).then(
                ({ ok }) => ok,
                () => false,
              ),
            { timeout: 10_000 },
          )
          .toBe(true);
        // Far more than a pipe holds.
        for (let request = 0; request < 20; request += 1) {
          const response = await ask(url, "openai-chat", { text: "x".repeat(100_000) });
          expect(response.status).toBe(200);
        }
        host.close();
        await exited;
      } finally {
        child.kill("SIGKILL");
      }
    },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
