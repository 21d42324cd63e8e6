import { afterAll, beforeAll, expect } from "vitest";
import type { InProcessHost } from "../../support/hosts/in-process-host.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const KEY = "right-key";
const NAMED = "http://app.example:3000";
const ROUTES = [
  ["POST", "/v1/chat/completions"],
  ["POST", "/v1/messages"],
  ["POST", "/v1/messages/count_tokens"],
  ["GET", "/v1/models"],
  ["GET", "/v1/models/auto"],
  ["GET", "/ready"],
  ["GET", "/metrics"],
  ["GET", "/nowhere"],
] as const;

let running: RunningBridge;
let attached: InProcessHost;

beforeAll(async () => {
  running = await startBridge({ apiKey: KEY, allowedOrigins: NAMED });
  attached = await attachHost(running.bridge);
});

afterAll(async () => {
  await running.bridge.stop();
});

function isAnthropic(path: string): boolean {
  return path.startsWith("/v1/messages");
}

/** A request whose body is announced and never sent: who answers it has not waited for the body. */
function unsent(method: string, path: string, headers: Record<string, string | string[]>): string {
  return rawRequest(`${method} ${path}`, {
    "content-type": "application/json",
    "content-length": "1000000",
    ...headers,
  });
}

verifies(
  ["server.keys-everywhere", "server.refused-unread", "server.error-dialect"],
  "without the key every route but /health is closed, before the body",
  async () => {
    for (const [method, path] of ROUTES) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { "x-api-key": "wrong" }]) {
        const reply = await sendRaw(running.url, unsent(method, path, headers));
        expect([path, reply.status]).toEqual([path, 401]);
        expect(reply.headers["www-authenticate"]).toMatch(/^Bearer /);
        expect(reply.headers["x-should-retry"]).toBe("false");
        const body = JSON.parse(reply.body) as { type?: string; error: { type: string } };
        expect(body.error.type).toBe("authentication_error");
        expect(body.type).toBe(isAnthropic(path) ? "error" : undefined);
      }
    }
    const health = await sendRaw(running.url, rawRequest("GET /health"));
    expect(health.status).toBe(200);
    expect(attached.host.calls).toEqual([]);
  },
);

verifies("server.keys", "with the key, in either header, every route is open", async () => {
  for (const [method, path] of ROUTES) {
    for (const headers of [{ authorization: `Bearer ${KEY}` }, { "x-api-key": KEY }]) {
      const request = rawRequest(
        `${method} ${path}`,
        { "content-type": "application/json", ...headers },
        "{}",
      );
      const { status } = await sendRaw(running.url, request);
      expect([path, status]).toEqual([path, path === "/nowhere" ? 404 : method === "POST" ? 400 : 200]);
    }
  }
});

verifies("server.keys-everywhere", "nor does a query parameter open it", async () => {
  // Google's clients send their key there, but only to paths of that API.
  for (const target of [`GET /v1/models?api_key=${KEY}`, `POST /v1/chat/completions?key=${KEY}`]) {
    const { status } = await sendRaw(running.url, rawRequest(target, {}, ""));
    expect([target, status]).toEqual([target, 401]);
  }
});

verifies(
  ["server.dns-rebinding", "server.refused-unread"],
  "a foreign Host is refused on every route, with the key and before the body",
  async () => {
    for (const [method, path] of [...ROUTES, ["GET", "/health"] as const]) {
      const headers = { authorization: `Bearer ${KEY}`, host: "evil.example" };
      const reply = await sendRaw(running.url, unsent(method, path, headers));
      expect([path, reply.status]).toEqual([path, 403]);
    }
  },
);

verifies(
  "server.dns-rebinding",
  "a target with a foreign host is refused, whatever the Host says",
  async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const foreign = await sendRaw(running.url, rawRequest("GET http://evil.example/v1/models", headers));
    expect(foreign.status).toBe(403);
    const own = await sendRaw(running.url, rawRequest("GET http://localhost/v1/models", headers));
    expect(own.status).toBe(200);
  },
);

verifies("server.one-host", "no Host, an empty one, or several are bad requests", async () => {
  for (const host of [[], [""], ["127.0.0.1", "evil.example"], ["a b"]]) {
    const { status } = await sendRaw(running.url, rawRequest("GET /health", { host }));
    expect([host, status]).toEqual([host, host.length === 2 ? 403 : 400]);
  }
  const old = await sendRaw(running.url, "GET /health HTTP/1.0\r\n\r\n");
  expect(old.status).toBe(400);
});

verifies(
  ["server.origins", "server.cors", "server.refused-unread"],
  "pages of other origins are refused on every route, preflights included, and get no allow header",
  async () => {
    const origins = ["null", "http://evil.example", `${NAMED}.evil.example`, "http://app.example"];
    for (const origin of origins) {
      for (const [method, path] of [...ROUTES, ["GET", "/health"] as const]) {
        for (const verb of [method, "OPTIONS"]) {
          const headers = { origin, authorization: `Bearer ${KEY}`, "access-control-request-method": "POST" };
          const reply = await sendRaw(running.url, unsent(verb, path, headers));
          expect([origin, verb, path, reply.status]).toEqual([origin, verb, path, 403]);
          const names = Object.keys(reply.headers).filter((name) => name.startsWith("access-control-"));
          expect(names).toEqual([]);
        }
      }
    }
  },
);

verifies("server.origins", "a form of a web page is refused although it needs no preflight", async () => {
  const headers = { origin: "http://evil.example", "content-type": "text/plain" };
  const reply = await sendRaw(running.url, unsent("POST", "/v1/chat/completions", headers));
  expect(reply.status).toBe(403);
});

verifies("server.cors", "a preflight of a named origin passes without a key", async () => {
  const connection = await RawConnection.open(running.url);
  connection.send(
    rawRequest("OPTIONS /v1/chat/completions", {
      origin: NAMED,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-stainless-os",
      "access-control-request-private-network": "true",
    }),
  );
  const preflight = await connection.reply();
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({
    "access-control-allow-origin": NAMED,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization,content-type,x-stainless-os",
    "access-control-allow-private-network": "true",
    vary: "Origin",
  });

  for (const [path, methods] of [
    ["/control/requests/x", "DELETE"],
    ["/v1/models", "GET, HEAD"],
    ["/nowhere", "GET, HEAD, POST"],
  ]) {
    connection.send(
      rawRequest(`OPTIONS ${path}`, { origin: NAMED, "access-control-request-method": "DELETE" }),
    );
    expect((await connection.reply()).headers["access-control-allow-methods"]).toBe(methods);
  }

  connection.send(rawRequest("GET /v1/models", { origin: NAMED }));
  const refused = await connection.reply();
  expect(refused.status).toBe(401);
  expect(refused.headers["access-control-allow-origin"]).toBe(NAMED);

  connection.send(rawRequest("GET /v1/models", { origin: NAMED, "x-api-key": KEY }));
  const allowed = await connection.reply();
  expect(allowed.status).toBe(200);
  expect(allowed.headers["access-control-allow-origin"]).toBe(NAMED);
  expect(allowed.headers["access-control-expose-headers"]).toContain("x-request-id");
  expect(allowed.headers["access-control-allow-credentials"]).toBeUndefined();
  connection.cut();
});

verifies("server.cors", "programs get no CORS headers", async () => {
  const reply = await sendRaw(running.url, rawRequest("GET /v1/models", { "x-api-key": KEY }));
  expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
});
