import { setMaxListeners } from "node:events";
import { expect, test } from "vitest";
import { Pool } from "../../../src/routing/pool.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";

const pool = (): Pool => new Pool({ concurrent: 2, waiting: 10, timeoutMs: 1000 });
const never = new AbortController().signal;
setMaxListeners(0, never);

test("without a host, and without one that can sample, it says which", () => {
  const hosts = pool();
  expect(() => hosts.pick(turnRequest())).toThrow(expect.objectContaining({ code: "no_host" }));
  hosts.attach(new FakeHost({ canSample: false, name: "mute" }));
  expect(() => hosts.pick(turnRequest())).toThrow(
    expect.objectContaining({
      code: "host_cannot_sample",
      message: expect.stringContaining("mute") as string,
    }),
  );
});

test("the host with the least to do is picked, running and waiting counted", async () => {
  const hosts = pool();
  const [one, other] = [new FakeHost({ id: "one" }), new FakeHost({ id: "other" })];
  hosts.attach(one);
  hosts.attach(other);
  const picked: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { host, queue } = hosts.pick(turnRequest());
    picked.push(host.id);
    // Two wait until the test is over, and longer than they may.
    queue.enter({ owner: "o", name: "client" }, never).catch(() => undefined);
  }
  expect(picked).toEqual(["one", "other", "one", "other", "one", "other"]);
  expect(hosts.queued).toBe(2);
});

test("a host that is detached is gone, one that took its id in the meantime stays", () => {
  const hosts = pool();
  const detachFirst = hosts.attach(new FakeHost({ id: "same", version: "1" }));
  const detachSecond = hosts.attach(new FakeHost({ id: "same", version: "2" }));
  detachFirst();
  expect(hosts.describe().map(({ version }) => version)).toEqual(["2"]);
  detachSecond();
  expect(hosts.describe()).toEqual([]);
});

const inPool = (hosts: Pool, request = turnRequest(), label?: string): string =>
  hosts.pick(request, { label }).info.label;

test("labels are unique, and the label a client names decides", () => {
  const hosts = pool();
  for (const id of ["a", "b", "c"]) hosts.attach(new FakeHost({ id, label: "vscode" }));
  expect(hosts.describe().map(({ label }) => label)).toEqual(["vscode", "vscode-2", "vscode-3"]);
  expect(inPool(hosts, turnRequest(), "vscode-2")).toBe("vscode-2");
  expect(() => inPool(hosts, turnRequest(), "goose")).toThrow(
    expect.objectContaining({ code: "not_found", message: expect.stringContaining("vscode-3") as string }),
  );
});

test("a conversation stays at its host, as long as that can serve it", () => {
  const hosts = pool();
  const detach = hosts.attach(new FakeHost({ id: "one", label: "one" }));
  hosts.attach(new FakeHost({ id: "two", label: "two" }));
  const talk = turnRequest({ conversation: "talk" });
  expect(inPool(hosts, talk)).toBe("one");
  hosts.pick(turnRequest()).queue.tryEnter();
  expect(inPool(hosts)).toBe("two");
  expect(inPool(hosts, talk)).toBe("one");
  hosts.drain("one", true);
  expect(inPool(hosts, talk)).toBe("two");
  hosts.drain("one", false);
  expect(inPool(hosts, talk)).toBe("two");
  detach();
  expect(inPool(hosts, talk)).toBe("two");
});

test("a host that gets no new turns is passed over, and says so when it is the only one", () => {
  const hosts = pool();
  hosts.attach(new FakeHost({ label: "only" }));
  hosts.drain("only", true);
  expect(hosts.describe()).toMatchObject([{ draining: true }]);
  expect(() => hosts.pick(turnRequest())).toThrow(
    expect.objectContaining({ code: "no_host", message: expect.stringContaining("--resume only") as string }),
  );
});

test("images go to a host that takes them; when none does the error names one", () => {
  const hosts = pool();
  const image = { type: "image", mimeType: "image/png", data: "aGk=" } as const;
  const request = turnRequest({ messages: [{ role: "user", parts: [image] }] });
  hosts.attach(new FakeHost({ id: "blind", label: "blind", abilities: { images: "no" } }));
  expect(() => hosts.pick(request)).toThrow(expect.objectContaining({ code: "unsupported_feature" }));
  hosts.attach(new FakeHost({ id: "eyes", label: "eyes" }));
  expect(inPool(hosts, request)).toBe("eyes");
});

test("what speaks for a host: a call is open, not denied, well, the model, tools, then the least to do", () => {
  const rank = (better: object, worse: object, parts = {}): void => {
    const hosts = pool();
    hosts.attach(new FakeHost({ id: "worse", label: "worse", ...worse }));
    hosts.attach(new FakeHost({ id: "better", label: "better", ...better }));
    expect(inPool(hosts, turnRequest(parts))).toBe("better");
  };
  rank({ slots: 1 }, { slots: 0 });
  rank({ consent: "granted" }, { consent: "denied" });
  rank({ models: ["copilot/gpt"] }, {}, { model: "copilot/gpt" });
  const tool = { name: "look", inputSchema: {} };
  rank({ abilities: { tools: true } }, { abilities: { tools: false } }, { tools: [tool] });
});

test("a host whose last turns failed comes after the others for a while", () => {
  const hosts = pool();
  hosts.attach(new FakeHost({ id: "one", label: "one" }));
  hosts.attach(new FakeHost({ id: "two", label: "two" }));
  const { health } = hosts.pick(turnRequest());
  for (let time = 0; time < 3; time += 1) health.ended(true);
  expect(inPool(hosts)).toBe("two");
  expect(hosts.describe()).toMatchObject([{ failing: true }, { failing: false }]);
  health.ended(false);
  expect(inPool(hosts)).toBe("one");
});

test("bounds of one host hold for all hosts of its label", async () => {
  const limits = new Map([["goose", { concurrent: 1 }]]);
  const hosts = new Pool({ concurrent: 5, waiting: 10, timeoutMs: 1000, limits });
  for (const id of ["a", "b"]) hosts.attach(new FakeHost({ id, label: "goose" }));
  hosts.attach(new FakeHost({ id: "c", label: "vscode" }));
  const places = (label: string): number => {
    const { queue } = hosts.pick(turnRequest(), { label });
    let taken = 0;
    while (queue.tryEnter() !== undefined) taken += 1;
    return taken;
  };
  expect([places("goose"), places("goose-2"), places("vscode")]).toEqual([1, 1, 5]);
});
