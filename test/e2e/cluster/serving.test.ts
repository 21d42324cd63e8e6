/** Members of a cluster over a real broker: every one serves the hosts of all. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, onTestFinished } from "vitest";
import { connectNats } from "../../../src/hosts/cluster/nats.ts";
import { ask } from "../../support/bridge/ask.ts";
import { lendTo } from "../../support/bridge/lending-bridge.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { verifies } from "../../support/verifies.ts";
import { installNats } from "./support/install.ts";
import { hostsAt, serves, startMember } from "./support/members.ts";
import { startNats, type NatsServer } from "./support/nats.ts";

const HOST_KEY = "a-key-for-hosts";

beforeAll(installNats);

verifies("cluster.every-host", "every member serves the hosts of all, under the same labels", async () => {
  const servers = await startNats();
  const [one, other] = [
    new FakeHost({ id: "one", label: "one" }),
    new FakeHost({ id: "other", label: "one" }),
  ];
  const a = await startMember(servers, "a", [one]);
  const b = await startMember(servers, "b", [other]);
  const c = await startMember(servers, "c");
  for (const { url } of [a, b, c]) await serves(url, ["one-a", "one-b"]);
  for (const { url } of [a, b, c]) {
    const reply = await ask(url, "openai-chat", { body: { model: "one-b/auto" } });
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: "answer" } }] });
  }
  expect(one.asked).toHaveLength(0);
  expect(other.asked).toHaveLength(3);
});

verifies(
  "cluster.every-host",
  "hosts that came over a relay are lent to the cluster, those of the cluster to nobody",
  async () => {
    const servers = await startNats();
    const gateway = await startMember(servers, "a", [], { hostKey: HOST_KEY });
    const other = await startMember(servers, "b", [], { hostKey: HOST_KEY });
    const desk = new FakeHost({ id: "desk", label: "desk" });
    await lendTo(gateway.url, { key: HOST_KEY }, [desk]);
    await serves(gateway.url, ["desk-a"]);
    await serves(other.url, ["desk-a"]);
    expect(await hostsAt(gateway.url)).toMatchObject([{ transport: "relay" }]);
    expect(await hostsAt(other.url)).toMatchObject([{ transport: "cluster" }]);
    const third = await startMember(servers, "c");
    await serves(third.url, ["desk-a"]);
    const reply = await ask(third.url, "anthropic-messages", { stream: true });
    expect(await reply.text()).toContain("message_stop");
    expect(desk.asked).toHaveLength(1);
  },
);

verifies("cluster.tenants", "members in two accounts know nothing of each other", async () => {
  const accounts = ["one", "two"].map(
    (name) => `${name}: { users: [{ user: ${name}, password: "secret-${name}" }] }`,
  );
  const [server] = await startNats(1, `accounts { ${accounts.join("\n")} }`);
  if (server === undefined) throw new Error("No server was started.");
  const as = (name: string): NatsServer => ({
    ...server,
    url: server.url.replace("://", `://${name}:secret-${name}@`),
  });
  const mine = new FakeHost({ id: "mine", label: "mine" });
  const lender = await startMember([as("one")], "a", [mine]);
  const same = await startMember([as("one")], "b");
  const other = await startMember([as("two")], "c");
  await serves(same.url, ["mine-a"]);
  expect(await hostsAt(other.url)).toEqual([]);
  const cli = await runCli(["cluster", "lenders"], { env: { MCPTB_CLUSTER: as("two").url } });
  expect(cli).toMatchObject({ code: 0, stdout: "No member of the cluster has a host.\n" });
  const stranger = await startMember([as("nobody")], "d");
  await expect
    .poll(() => stranger.log.map(({ msg }) => String(msg)))
    .toContainEqual(expect.stringContaining("cannot be used"));
  expect(await hostsAt(stranger.url)).toEqual([]);
  expect(lender.log.some(({ msg }) => String(msg).includes("closed"))).toBe(false);
});

verifies("cluster.sealed", "who has another secret is lent nothing, and is told why", async () => {
  const servers = await startNats();
  const mine = new FakeHost({ id: "mine", label: "mine" });
  await startMember(servers, "a", [mine], { clusterSecret: "a secret of the cluster".replaceAll(" ", "-") });
  const stranger = await startMember(servers, "b");
  await expect
    .poll(() => stranger.log.map(({ msg }) => String(msg)))
    .toContainEqual(expect.stringContaining("another --cluster-secret"));
  expect(await hostsAt(stranger.url)).toEqual([]);
});

verifies(
  "cluster.sealed",
  "a broker that is listened to shows no prompt, and forged messages change nothing",
  async () => {
    const servers = await startNats();
    const mine = new FakeHost({ id: "mine", label: "mine" });
    await startMember(servers, "a", [mine]);
    const spy = await connectNats({ servers: servers.map(({ url }) => url), creds: undefined, name: "spy" });
    onTestFinished(() => spy.close());
    const heard: string[] = [];
    let forged = 0;
    spy.subscribe("mcptb.>", ({ subject, data }) => {
      heard.push(Buffer.from(data).toString("latin1"));
      if (!subject.endsWith(".frame")) return;
      // What it has heard it says again, and something of its own.
      spy.publish(subject, data);
      spy.publish(subject, Buffer.from('{"type":"run"}'));
      forged += 1;
    });
    const gateway = await startMember(servers, "b");
    await serves(gateway.url, ["mine-a"]);
    for (let turn = 0; turn < 20; turn += 1) {
      const reply = await ask(gateway.url, "openai-chat", { text: "A SECRET PROMPT", stream: true });
      expect(await reply.text()).toContain("[DONE]");
    }
    expect(mine.asked).toHaveLength(20);
    expect(forged).toBeGreaterThan(20);
    const all = heard.join("\n");
    for (const text of ["SECRET", "mine", "text-delta"]) expect(all).not.toContain(text);
  },
);

verifies("cluster.limits", "the limits of a host hold for all members together", async () => {
  const servers = await startNats();
  let running = 0;
  let most = 0;
  const mine = new FakeHost({
    id: "mine",
    label: "mine",
    async *answer() {
      running += 1;
      most = Math.max(most, running);
      await sleep(10);
      running -= 1;
      yield* eventsOf(textTurn("answer"));
    },
  });
  await startMember(servers, "a", [mine], { hostLimits: "mine=2" });
  const gateways = [await startMember(servers, "b"), await startMember(servers, "c")];
  for (const { url } of gateways) await serves(url, ["mine-a"]);
  const replies = await Promise.all(
    gateways.flatMap(({ url }) =>
      Array.from({ length: 20 }, async () => (await ask(url, "openai-chat")).status),
    ),
  );
  expect(new Set(replies)).toEqual(new Set([200]));
  expect(most).toBe(2);
  expect(mine.asked).toHaveLength(40);
});

verifies("cluster.operated", "mcptb cluster shows members and hosts, and drains a host for all", async () => {
  const servers = await startNats();
  const many = Array.from({ length: 150 }, (_, index) => new FakeHost({ id: `h${index}`, label: "many" }));
  const lender = await startMember(servers, "a", many);
  const gateway = await startMember(servers, "b", [new FakeHost({ id: "mine", label: "mine" })]);
  await expect.poll(async () => (await hostsAt(gateway.url)).length).toBe(151);
  const env = { MCPTB_CLUSTER: servers.map(({ url }) => url).join(",") };
  const status = await runCli(["cluster", "status"], { env });
  expect(status.stdout).toMatch(/^NATS 2\.\d+\.\d+, members: 2\n/);
  expect(status.stdout).toMatch(/^a +\S+ +150 +0$/m);
  const listed = await runCli(["cluster", "lenders", "--json"], { env });
  const lenders = JSON.parse(listed.stdout) as { name: string; hosts: { label: string }[] }[];
  expect(lenders.map(({ name, hosts }) => [name, new Set(hosts.map(({ label }) => label)).size])).toEqual([
    ["a", 150],
    ["b", 1],
  ]);
  const drained = await runCli(["cluster", "drain", "mine-b"], { env });
  expect(drained).toMatchObject({ code: 0 });
  await expect.poll(async () => (await hostsAt(lender.url)).length).toBe(150);
  expect(
    (await ask(lender.url, "openai-chat", { body: { model: "auto" }, headers: { "x-mcp-host": "mine-b" } }))
      .status,
  ).toBe(404);
  expect((await hostsAt(gateway.url)).find(({ label }) => label === "mine-b")?.draining).toBe(true);
  expect(await runCli(["cluster", "drain", "mine-b", "--resume"], { env })).toMatchObject({ code: 0 });
  await expect.poll(async () => (await hostsAt(lender.url)).length).toBe(151);
  const unknown = await runCli(["cluster", "drain", "nobody"], { env });
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain("No member of the cluster has a host nobody");
  expect((await runCli(["cluster", "status"])).stderr).toContain("--cluster");
});
