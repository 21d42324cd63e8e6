import * as z from "zod";
import { hostAbilities } from "../turn/abilities.ts";
import { catalogModel, MOST_MODELS } from "../turn/catalog.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import { first, maybe, shown, type Immutable } from "../util/shape.ts";

/**
 * How the bridge reaches a host: `embedded` in the same process, `relay` through another bridge, `cluster` through another
 * member of a cluster. */
const hostTransport = z.enum(["stdio", "http", "relay", "cluster", "embedded"]);
export type HostTransport = z.output<typeof hostTransport>;

/** Whether the person at the host has agreed to lend the model, as far as we know. */
const consent = z.enum(["unknown", "waiting", "granted", "denied"]);
/** Whether the person at the host has agreed to lend the model, as far as we know. */
export type Consent = z.output<typeof consent>;

/** An implausible count is ignored. */
const count = z.int().nonnegative().max(1_000_000);

/**
 * The description of a host. Its type comes from the schema with which it is read when it crosses to another process:
 * names are made safe to show and are cut, and so are lists.
 */
export const hostInfo = z.object({
  id: z.string().max(200),
  /** A short name with which clients choose it, e.g. `vscode`; the pool makes it unique. */
  label: shown(100),
  /** The name and version that the host reports. */
  name: shown(60),
  version: shown(60),
  transport: hostTransport,
  /** The window of an editor that it is, where that is known: a window may lend by several ways. */
  window: shown(60).exactOptional(),
  /** The MCP revision spoken with it, e.g. `2025-11-25`; none for a host that is not reached over MCP. */
  revision: maybe(shown(60)),
  /** False when the host does not support sampling at all. */
  canSample: z.boolean(),
  consent,
  /** True when the person's answer to one question holds for all waiting turns: a refusal then ends them all. */
  refusalEndsAll: z.boolean(),
  /** True when the host itself stores a refusal until its person withdraws it: the bridge then remembers none, and asks again at once. */
  keepsRefusals: z.boolean().exactOptional(),
  abilities: hostAbilities,
  /** Models that have answered, the latest first. */
  models: first(shown(500), MOST_MODELS),
  /** All its models, where it lists them; the first one answers a request that names none. */
  catalog: first(catalogModel, MOST_MODELS).exactOptional(),
  /** Turns running at the host. */
  running: count.catch(0),
  /** Turns that it can run at once, including running ones; `undefined` where it has no limit. */
  slots: maybe(count.optional().catch(undefined)),
});
/** The description of a host. */
export type HostInfo = Immutable<z.output<typeof hostInfo>>;

/**
 * Called when a host keeps working after its turn has ended, because it cannot be cancelled: its slot stays occupied
 * `until` then, so that its person does not get more and more requests. The promise settles in bounded time and never
 * rejects.
 */
export type KeepPlace = (until: Promise<void>) => void;

/** The owner of a model, who lends it. */
export interface Host {
  readonly id: string;
  describe(): HostInfo;
  /**
   * Runs one turn. The signal ends it in every phase, and cancels it at the host where that is possible. Failures are
   * thrown as `BridgeError`.
   */
  run(request: TurnRequest, signal: AbortSignal, keepPlace?: KeepPlace): TurnEvents;
}
