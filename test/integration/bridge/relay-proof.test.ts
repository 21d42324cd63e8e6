/** Who may open a relay, and what a stranger can do before it has shown that it may. Real sockets throughout. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { lendTo } from "../../support/bridge/lending-bridge.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const SECRET = "a secret of this test";
const HOST_KEY = "a-key-for-hosts";

async function startLeader(settings: Parameters<typeof startBridge>[0] = {}): Promise<RunningBridge> {
  const running = await startBridge({ hostKey: HOST_KEY, ...settings }, { relaySecret: SECRET });
  onTestFinished(() => running.bridge.stop());
  return running;
}

/** A port that hands everything on to another: what a man in the middle does who says nothing himself. */
async function passingOn(url: string, host = "127.0.0.1"): Promise<string> {
  const target = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/relay`, "mcptb-relay.1");
  socket.on("error", () => undefined);
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

async function said(socket: WebSocket): Promise<Record<string, unknown>> {
  const [data] = (await once(socket, "message")) as [Buffer];
  return JSON.parse(data.toString()) as Record<string, unknown>;
}

const nonce = (): string => randomBytes(32).toString("base64url");

verifies(
  "relay.bound-proof",
  "a proof that is handed on to the leader from another port is worth nothing",
  async () => {
    const { url, bridge } = await startLeader();
    const between = await passingOn(url);
    await expect(lendTo(between, { secret: SECRET }, [new FakeHost()])).rejects.toThrow(
      "is not the expected bridge: it does not know the secret",
    );
    await expect(lendTo(between, { key: HOST_KEY }, [new FakeHost()])).rejects.toThrow(
      "it is not served under this name or on this port",
    );
    expect(bridge.url).toBe(url);
    await lendTo(url, { secret: SECRET }, [new FakeHost()]);
    await lendTo(url, { key: HOST_KEY }, [new FakeHost()]);
  },
);

verifies(
  "relay.bound-proof",
  "behind a proxy, a key opens under the names that the bridge was told of",
  async () => {
    const { url } = await startLeader({ allowedHosts: "127.0.0.1" });
    const proxy = await passingOn(url);
    await lendTo(proxy, { key: HOST_KEY }, [new FakeHost()]);
    await expect(lendTo(proxy, { secret: SECRET }, [new FakeHost()])).rejects.toThrow(
      "does not know the secret",
    );
  },
);

verifies("relay.bound-proof", "what one side proves is no proof of the other", async () => {
  const { url } = await startLeader();
  const socket = await opened(url);
  const answer = said(socket);
  socket.send(JSON.stringify({ nonce: nonce() }));
  const { proof } = await answer;
  expect(proof).toMatch(/^[\w-]{43}$/);
  const closed = once(socket, "close");
  socket.send(JSON.stringify({ proof }));
  await closed;
  // Nor is one that the leader has given on another connection.
  const [first, second] = [await opened(url), await opened(url)];
  const [one, other] = [said(first), said(second)];
  first.send(JSON.stringify({ nonce: nonce() }));
  second.send(JSON.stringify({ nonce: (await one)["nonce"] }));
  const ended = once(first, "close");
  first.send(JSON.stringify({ proof: (await other)["proof"] }));
  await ended;
});

verifies(
  "relay.bound-proof",
  "the key does not travel, and nobody is told a proof of it before proving it",
  async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        heard.push(data);
        socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(lendTo(`http://127.0.0.1:${port}`, { key: HOST_KEY }, [])).rejects.toThrow(
      "does not accept relays",
    );
    expect(Buffer.concat(heard).toString()).not.toContain(HOST_KEY);
    const { url } = await startLeader();
    const socket = await opened(url);
    const answer = said(socket);
    socket.send(JSON.stringify({ nonce: nonce(), to: `${url.replace("http", "ws")}/relay` }));
    expect(Object.keys(await answer)).toEqual(["nonce"]);
  },
);

verifies(
  "relay.before-proof",
  "who sends more than a proof needs is cut off before it is taken",
  async () => {
    const { url } = await startLeader();
    for (const message of ["[".repeat(1_000_000), "x".repeat(3000), `{"nonce":"${"a".repeat(70_000)}"}`]) {
      const socket = await opened(url);
      const closed = once(socket, "close");
      socket.send(message);
      await closed;
    }
    // In small pieces, in control frames, or as the beginning of a frame that says it is 15 MiB long.
    const pieces = await opened(url);
    const closed = once(pieces, "close");
    const timer = setInterval(() => {
      pieces.send("x".repeat(100), { fin: false });
      pieces.ping("y".repeat(100));
    }, 1);
    await closed;
    clearInterval(timer);
    await lendTo(url, { secret: SECRET }, [new FakeHost()]);
  },
);

verifies("relay.before-proof", "connections that never prove themselves keep nobody out", async () => {
  const { url } = await startLeader();
  const idle = await Promise.all(Array.from({ length: 40 }, () => opened(url)));
  await lendTo(url, { secret: SECRET }, [new FakeHost()]);
  await lendTo(url, { key: HOST_KEY }, [new FakeHost()]);
  const more = await Promise.all(Array.from({ length: 20 }, () => opened(url)));
  await lendTo(url, { secret: SECRET }, [new FakeHost()]);
  // None of them is kept for long.
  for (const socket of [...idle, ...more]) {
    if (socket.readyState !== WebSocket.CLOSED) await once(socket, "close");
  }
});

verifies(
  "relay.before-proof",
  "a bridge that one attaches to can send no more before its proof either",
  async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
            "sec-websocket-accept: x\r\nsec-websocket-protocol: mcptb-relay.1\r\n\r\n",
        );
        socket.write(Buffer.alloc(1_000_000));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(lendTo(`http://127.0.0.1:${port}`, { secret: SECRET }, [])).rejects.toThrow(
      "No bridge accepts relays",
    );
  },
);

verifies(
  "relay.keys",
  "an address that is none of a bridge is refused, and nothing else happens",
  async () => {
    for (const url of [
      "file:///etc/passwd",
      "ftp://127.0.0.1",
      "",
      "x".repeat(10_000),
      "http://",
      "http://[::1",
    ]) {
      await expect(lendTo(url, { secret: SECRET }, [])).rejects.toThrow("is not the address of a bridge");
    }
  },
);
