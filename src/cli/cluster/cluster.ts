/** `mcptb cluster`: asks the members of a cluster over their broker, without being one. */
import type { Config } from "../../config/settings.ts";
import { BrokerRefused, connectNats, type NatsBroker } from "../../hosts/cluster/nats.ts";
import { hostsOf, tell, type LentHost } from "../../hosts/cluster/operate.ts";
import { whoIsThere, type Presence } from "../../hosts/cluster/presence.ts";
import { say } from "../../util/say.ts";
import { oneLine } from "../../util/terminal-text.ts";
import { aligned } from "../aligned.ts";
import { CliError } from "../failure.ts";
import { print } from "../print.ts";

/** Members that are asked at the same time. */
const AT_ONCE = 16;

interface Asked {
  readonly broker: NatsBroker;
  readonly secret: string;
  readonly members: readonly Presence[];
}

/** A member's hosts; nothing where it does not answer, as one with another secret does not. */
interface Lender {
  readonly member: Presence;
  readonly hosts: readonly LentHost[] | undefined;
}

export async function showMembers(config: Config, json: boolean): Promise<void> {
  await withMembers(config, ({ broker, members }) => {
    if (json) {
      const shown = members.map(({ id, name, version, hosts, running }) => ({
        id,
        name,
        version,
        hosts,
        running,
      }));
      print(`${JSON.stringify({ broker: broker.version, members: shown }, undefined, 2)}\n`);
      return;
    }
    const lines = members.map(({ name, version, hosts, running }) => [
      oneLine(name, 60),
      oneLine(version, 60),
      String(hosts),
      String(running),
    ]);
    print(`${say`NATS ${broker.version}, members: ${members.length}`}\n`);
    if (lines.length > 0) printTable([["member", "version", "hosts", "running"], ...lines]);
  });
}

export async function showLenders(config: Config, json: boolean): Promise<void> {
  await withMembers(config, async (asked) => {
    const lenders = await lendersOf(asked);
    if (json) {
      const shown = lenders.map(({ member: { id, name }, hosts = null }) => ({ id, name, hosts }));
      print(`${JSON.stringify(shown, undefined, 2)}\n`);
      return;
    }
    const lines = lenders.flatMap(({ member, hosts }) =>
      (hosts ?? []).map((host) => [
        oneLine(host.label, 100),
        oneLine(host.name, 60),
        oneLine(member.name, 60),
        host.draining ? "draining" : "ready",
        `${host.running}/${host.queued}`,
      ]),
    );
    if (lines.length === 0) print(`${say`No member of the cluster has a host.`}\n`);
    else printTable([["label", "host", "member", "state", "run/wait"], ...lines]);
    for (const { member, hosts } of lenders) if (hosts === undefined) print(`${silent(member)}\n`);
  });
}

/** @throws CliError when no member has such a host. */
export async function drainLender(config: Config, label: string, drain: boolean): Promise<void> {
  await withMembers(config, async ({ broker, secret, members }) => {
    const answers = await inGroups(members, (member) =>
      tell({ broker, secret }, member.id, { label, drain }),
    );
    if (answers.includes(true)) {
      print(
        `${drain ? say`${label} gets no new requests at any member; what runs there goes on.` : say`${label} gets requests again.`}\n`,
      );
      return;
    }
    const without = members.filter((_, at) => answers[at] === undefined).map(silent);
    const unknown = say`No member of the cluster has a host ${label}; mcptb cluster lenders shows them.`;
    throw new CliError([unknown, ...without].join("\n"));
  });
}

async function lendersOf({ broker, secret, members }: Asked): Promise<Lender[]> {
  return inGroups(members, async (member) => ({
    member,
    hosts: await hostsOf({ broker, secret }, member.id),
  }));
}

async function inGroups<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}

/** @throws CliError when there is no broker to ask. */
async function withMembers(config: Config, use: (asked: Asked) => Promise<void> | void): Promise<void> {
  if (config.cluster.length === 0) {
    throw new CliError(say`Which cluster? Give the addresses of its broker with --cluster or MCPTB_CLUSTER.`);
  }
  let broker: NatsBroker;
  try {
    const address = { servers: config.cluster, creds: config.clusterCreds, name: "mcptb cluster" };
    broker = await connectNats(address);
  } catch (error) {
    if (!(error instanceof BrokerRefused)) throw error;
    throw new CliError(say`The cluster's broker cannot be used: ${error.message}`);
  }
  try {
    const members = await whoIsThere(broker);
    const sorted = members.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    await use({ broker, secret: config.clusterSecret ?? "", members: sorted });
  } finally {
    await broker.close();
  }
}

function silent({ name }: Presence): string {
  return say`${oneLine(name, 60)} does not answer; it may have another --cluster-secret.`;
}

function printTable(lines: readonly (readonly string[])[]): void {
  print(`${aligned(lines).join("\n")}\n`);
}
