import { describe, expect, test } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import { Guard, type GuardOptions } from "../../../src/server/guard.ts";
import { verifies } from "../../support/verifies.ts";

/** The authority under which the bridge is asked. */
const OWN = ["127.0.0.1:9000"];

function guard(options: Partial<GuardOptions> = {}): Guard {
  return new Guard({
    host: "127.0.0.1",
    allowedHosts: [],
    allowedOrigins: [],
    keys: [],
    operatorKeys: [],
    hostKeys: [],
    takesHosts: false,
    ...options,
  });
}

/** The code of the refusal, or `undefined` when it passes. */
function refusal(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (thrown) {
    return thrown instanceof BridgeError ? thrown.code : String(thrown);
  }
}

describe("Host on the loopback", () => {
  const hosts = (...authorities: string[]): string | undefined =>
    refusal(() => guard({ allowedHosts: ["bridge.lan:8000", "Docker.Internal."] }).checkHost(authorities));

  verifies("server.host-names", "loopback names pass in every way of writing", () => {
    const names = [
      "127.0.0.1",
      "127.0.0.1:8000",
      "LOCALHOST:80",
      "localhost.",
      "localhost.:8000",
      "localhost:",
    ];
    names.push("[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]:8000", "127.0.0.2:1");
    for (const name of names) expect([name, hosts(name)]).toEqual([name, undefined]);
  });

  verifies("server.host-names", "named hosts pass with and without port", () => {
    for (const name of ["bridge.lan", "BRIDGE.lan:9", "docker.internal"]) expect(hosts(name)).toBeUndefined();
  });

  verifies("server.dns-rebinding", "names that merely look local do not pass", () => {
    const names = ["localhost.evil.example", "evil.example", "127.0.0.1.evil.example", "evil-localhost"];
    names.push("0.0.0.0:8000", "10.0.0.5", "[::]", "[fe80::1]", "2130706433", "0x7f.1", "127.1");
    for (const name of names) expect([name, hosts(name)]).toEqual([name, "origin_refused"]);
  });

  verifies("server.one-host", "a missing Host, or one that is none, is a bad request", () => {
    const names = [
      "",
      "evil@localhost",
      "localhost/x",
      "localhost:80:80",
      "[::1",
      "[localhost]",
      "a b",
      "a\\b",
    ];
    for (const name of names) expect([name, hosts(name)]).toEqual([name, "invalid_request"]);
    expect(hosts()).toBe("invalid_request");
  });

  verifies("server.one-host", "of several, every one must be allowed", () => {
    expect(hosts("localhost", "evil.example")).toBe("origin_refused");
    expect(hosts("evil.example", "localhost")).toBe("origin_refused");
    expect(hosts("localhost:1", "127.0.0.1")).toBeUndefined();
  });
});

describe("Host on the network", () => {
  const hosts = (name: string): string | undefined =>
    refusal(() => guard({ host: "0.0.0.0", keys: ["k"], allowedHosts: ["bridge.lan"] }).checkHost([name]));

  verifies("server.host-names", "any address passes, names only when allowed", () => {
    for (const name of ["192.168.1.7:8000", "[fd00::7]:8000", "0.0.0.0", "localhost", "bridge.lan"]) {
      expect([name, hosts(name)]).toEqual([name, undefined]);
    }
    expect(hosts("evil.example")).toBe("origin_refused");
  });

  test("the name it listens under passes", () => {
    const named = guard({ host: "Box.Home", keys: ["k"] });
    expect(refusal(() => named.checkHost(["box.home:8000"]))).toBeUndefined();
  });
});

describe("Origin", () => {
  const allowed = guard({
    allowedOrigins: ["http://localhost:3000/", "HTTPS://App.Example", "chrome-extension://abc"],
  });

  verifies("server.origins", "programs, which send none, pass", () => {
    expect(allowed.checkOrigin({}, OWN)).toBeUndefined();
  });

  verifies("server.origins", "named origins pass, however they were written in the settings", () => {
    for (const origin of ["http://localhost:3000", "https://app.example", "chrome-extension://abc"]) {
      expect(allowed.checkOrigin({ origin }, OWN)).toBe(origin);
    }
  });

  verifies(
    "server.origins",
    "the bridge's own page passes, which has the name under which it is asked",
    () => {
      const ask = (origin: string, site?: string, authorities = OWN): string | undefined =>
        refusal(() =>
          allowed.checkOrigin({ origin, ...(site !== undefined && { "sec-fetch-site": site }) }, authorities),
        );
      expect(ask("http://127.0.0.1:9000")).toBeUndefined();
      expect(ask("http://127.0.0.1:9000", "same-origin")).toBeUndefined();
      expect(ask("http://127.0.0.1:9000", "cross-site")).toBe("origin_refused");
      expect(ask("http://127.0.0.1:9001", "same-site")).toBe("origin_refused");
      expect(ask("http://localhost:9000")).toBe("origin_refused");
      expect(ask("https://127.0.0.1:9000")).toBe("origin_refused");
      expect(ask("http://127.0.0.1:9000", undefined, [...OWN, "evil.example"])).toBe("origin_refused");
    },
  );

  verifies("server.origins", "null, look-alikes and foreign origins are refused", () => {
    const origins = ["null", "", "http://localhost:3001", "http://localhost", "https://localhost:3000", "*"];
    origins.push(
      "http://localhost:3000.evil.example",
      "http://evil.example",
      "https://app.example.evil.example",
    );
    origins.push("https://app.example:444", "https://xapp.example", "file://", "http://127.0.0.1:8000");
    for (const origin of origins) {
      expect([origin, refusal(() => allowed.checkOrigin({ origin }, OWN))]).toEqual([
        origin,
        "origin_refused",
      ]);
    }
  });

  verifies(
    "server.origins",
    "requests a page makes without Origin are refused, following a link is not",
    () => {
      const image = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
      expect(refusal(() => allowed.checkOrigin(image, OWN))).toBe("origin_refused");
      expect(refusal(() => allowed.checkOrigin({ ...image, "sec-fetch-site": "same-site" }, OWN))).toBe(
        "origin_refused",
      );
      expect(
        refusal(() => allowed.checkOrigin({ ...image, "sec-fetch-mode": "navigate" }, OWN)),
      ).toBeUndefined();
      expect(refusal(() => allowed.checkOrigin({ "sec-fetch-site": "none" }, OWN))).toBeUndefined();
    },
  );
});

describe("keys", () => {
  const keyed = guard({ keys: ["first-key", "zweiter-schluessel"] });

  verifies("server.keys", "each key passes by each of its headers", () => {
    const named = keyed.checkKey({ authorization: "Bearer first-key" });
    expect(named).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      agent: "",
      operator: false,
    });
    expect(keyed.checkKey({ authorization: "bearer  first-key " })).toEqual(named);
    expect(keyed.checkKey({ "x-api-key": "first-key" })).toEqual(named);
    expect(keyed.checkKey({ "x-goog-api-key": "first-key" })).toEqual(named);
    expect(keyed.checkKey({}, "first-key")).toEqual(named);
    expect(keyed.checkKey({ "x-api-key": "zweiter-schluessel" }).key).not.toBe(named.key);
  });

  verifies("server.keys", "either header may hold a key of someone else", () => {
    const headers = { authorization: "Bearer sk-of-another-service", "x-api-key": "first-key" };
    expect(refusal(() => keyed.checkKey(headers))).toBeUndefined();
    const swapped = { authorization: "Bearer first-key", "x-api-key": "other" };
    expect(refusal(() => keyed.checkKey(swapped))).toBeUndefined();
  });

  verifies("server.keys", "everything else is refused", () => {
    const wrong = ["first-ke", "first-keyx", "First-key", "", " ", "first-key zweiter", "x".repeat(15_000)];
    for (const key of wrong) {
      for (const headers of [
        { authorization: `Bearer ${key}` },
        { "x-api-key": key },
        { "x-goog-api-key": key },
      ]) {
        expect([key.slice(0, 40), refusal(() => keyed.checkKey(headers))]).toEqual([
          key.slice(0, 40),
          "unauthorized",
        ]);
      }
    }
    expect(refusal(() => keyed.checkKey({ authorization: "first-key" }))).toBe("unauthorized");
    expect(refusal(() => keyed.checkKey({ authorization: "Basic first-key" }))).toBe("unauthorized");
    expect(refusal(() => keyed.checkKey({}))).toBe("unauthorized");
  });

  verifies("server.safe-bind", "an address that others can reach needs one", () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.7", "box.home"]) {
      expect(() => guard({ host })).toThrow("needs a key");
      expect(() => guard({ host, keys: ["k"] })).not.toThrow();
    }
    for (const host of ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
      expect(() => guard({ host })).not.toThrow();
  });

  verifies("http.keys", "where clients need a key, hosts over HTTP need one", () => {
    const takesHosts = true;
    for (const host of ["0.0.0.0", "127.0.0.1"]) {
      expect(() => guard({ host, takesHosts, keys: ["k"] })).toThrow("needs one for its hosts");
      expect(() => guard({ host, takesHosts, keys: ["k"], hostKeys: ["h"] })).not.toThrow();
    }
    expect(() => guard({ takesHosts })).not.toThrow();
  });

  test("without keys nobody needs one, and a client is known by how it names itself", () => {
    const agent = "client/1.0";
    expect(guard().checkKey({ "user-agent": agent })).toEqual({ key: undefined, agent, operator: true });
    expect(guard().checkKey({ "user-agent": "x".repeat(10_000) }).agent).toHaveLength(200);
  });

  verifies("own.operator", "who may do what concerns the whole bridge", () => {
    const may = (options: Partial<GuardOptions>, key?: string): string | undefined => {
      const checks = guard(options);
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      return refusal(() => checks.checkOperator(checks.checkKey(headers)));
    };
    expect(may({})).toBeUndefined();
    expect(may({}, "any")).toBeUndefined();
    expect(may({ keys: ["k"] }, "k")).toBe("forbidden");
    for (const keys of [[], ["k"]]) {
      expect(may({ keys, operatorKeys: ["o"] }, "k")).toBe("forbidden");
      expect(may({ keys, operatorKeys: ["o"] }, "o")).toBeUndefined();
      expect(may({ keys, operatorKeys: ["o"] })).toBe(keys.length === 0 ? "forbidden" : "unauthorized");
    }
  });
});
