/** Both ends of a relay through a broker in this process. */
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { SUBJECTS } from "../../../src/hosts/cluster/broker.ts";
import { acceptLink, openLink } from "../../../src/hosts/cluster/handshake.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { Borrower } from "../../../src/hosts/relay/borrow.ts";
import { Lender } from "../../../src/hosts/relay/lend.ts";
import { deferred } from "../../../src/util/async.ts";
import type { FakeBroker } from "../hosts/fake-broker.ts";

export interface BrokerPair {
  /** The first host that is lent. */
  readonly host: Promise<Host>;
  readonly attached: readonly Host[];
  readonly borrower: Borrower;
  readonly lender: () => Lender;
  /** Settle when a side has ended the link: what the other one did wrong, if it did. */
  readonly fault: Promise<string | undefined>;
  readonly lenderFault: Promise<string | undefined>;
}

/** @throws LinkRefused */
export async function brokerPair(
  broker: FakeBroker,
  hosts: readonly Host[],
  { secret = "", lenderSecret = secret }: { secret?: string; lenderSecret?: string } = {},
): Promise<BrokerPair> {
  const [lenderId, borrowerId] = [randomUUID(), randomUUID()];
  const [near, far] = [broker.connection(), broker.connection()];
  const [host, fault, lenderFault] = [
    deferred<Host>(),
    deferred<string | undefined>(),
    deferred<string | undefined>(),
  ];
  let lender: Lender | undefined;
  onTestFinished(
    near.subscribe(SUBJECTS.open(lenderId), (message) => {
      const link = acceptLink({ broker: near, id: lenderId, secret: lenderSecret }, message, () => undefined);
      if (link === undefined) return;
      lender = new Lender({
        link,
        hosts: () => hosts,
        mostHosts: 64,
        onClosed: lenderFault.resolve,
        onDefect: () => undefined,
      });
    }),
  );
  const attached: Host[] = [];
  let ids = 0;
  const borrower = new Borrower({
    link: await openLink({ broker: far, id: borrowerId, secret }, lenderId),
    transport: "cluster",
    mostHosts: 64,
    nextId: () => `host-${(ids += 1)}`,
    attach(one) {
      attached.push(one);
      host.resolve(one);
      return () => void attached.splice(attached.indexOf(one), 1);
    },
    onClosed: fault.resolve,
  });
  onTestFinished(async () => {
    borrower.close();
    await lender?.stop(0);
  });
  return {
    host: host.promise,
    attached,
    borrower,
    lender() {
      if (lender === undefined) throw new Error("No link was asked for.");
      return lender;
    },
    fault: fault.promise,
    lenderFault: lenderFault.promise,
  };
}
