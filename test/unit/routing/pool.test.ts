import { setMaxListeners } from "node:events";
import { expect, test } from "vitest";
import { Pool } from "../../../src/routing/pool.ts";
import { FakeHost } from "../../support/fake-host.ts";

const pool = (): Pool => new Pool({ concurrent: 2, waiting: 10, timeoutMs: 1000 });
const never = new AbortController().signal;
setMaxListeners(0, never);

test("without a host, and without one that can sample, it says which", () => {
  const hosts = pool();
  expect(() => hosts.pick()).toThrow(expect.objectContaining({ code: "no_host" }));
  hosts.attach(new FakeHost({ canSample: false, name: "mute" }));
  expect(() => hosts.pick()).toThrow(
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
    const { host, queue } = hosts.pick();
    picked.push(host.id);
    void queue.enter("client", never);
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
