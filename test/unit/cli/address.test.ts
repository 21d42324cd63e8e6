import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { clientUrl } from "../../../src/joining/client-url.ts";
import { addressOf } from "../../../src/cli/attach.ts";
import { cannotListen } from "../../../src/cli/cannot-listen.ts";
import { whoHolds } from "../../../src/joining/who-holds.ts";
import { verifies } from "../../support/verifies.ts";

test("another port than the taken one is proposed", async () => {
  expect(await cannotListen("127.0.0.1", 8000, "EADDRINUSE")).toContain("--port 8001");
  expect(await cannotListen("127.0.0.1", 9000, "EADDRINUSE")).toContain("--port 8000");
});

verifies("ollama.port-taken", "an Ollama at the bridge's own port is named", async () => {
  for (const [answered, name] of [
    ['{"version":"0.13.5"}', "Ollama"],
    ['{"release":"5"}', "another program"],
    ["<h1>Something</h1>", "another program"],
  ] as const) {
    const server = createServer((_, response) => response.end(answered)).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await cannotListen("127.0.0.1", port, "EADDRINUSE")).toContain(`${name} uses port ${port}; stop`);
    expect(await whoHolds(clientUrl("127.0.0.1", port))).toBe(name);
  }
});

test("an address to listen on becomes one that a client can use", () => {
  expect(clientUrl("127.0.0.1", 1)).toBe("http://127.0.0.1:1");
  expect(clientUrl("0.0.0.0", 1)).toBe("http://127.0.0.1:1");
  expect(clientUrl("::", 1)).toBe("http://[::1]:1");
  expect(clientUrl("::1", 1)).toBe("http://[::1]:1");
  expect(clientUrl("fd00::7", 1)).toBe("http://[fd00::7]:1");
});

verifies("relay.attach", "a key goes to another machine over TLS only, unless asked for", () => {
  const config = { hostKey: ["k"] };
  const url = (text: string, insecure = false): string => addressOf(config, { url: text, insecure }).url;
  expect(url("https://bridge.example/some/path/")).toBe("https://bridge.example/some/path");
  expect(url("wss://bridge.example")).toBe("https://bridge.example");
  expect(url("http://127.0.0.1:8000/")).toBe("http://127.0.0.1:8000");
  expect(url("http://[::1]:8000")).toBe("http://[::1]:8000");
  expect(() => url("http://bridge.example")).toThrow("not encrypted");
  expect(() => url("ws://10.0.0.5:8000")).toThrow("not encrypted");
  expect(url("http://bridge.example", true)).toBe("http://bridge.example");
  for (const text of ["bridge", "ftp://bridge.example", ""])
    expect(() => url(text)).toThrow("not the address of a bridge");
  expect(() => addressOf({ hostKey: [] }, { url: "https://b.example", insecure: false })).toThrow(
    "MCPTB_HOST_KEY",
  );
});
