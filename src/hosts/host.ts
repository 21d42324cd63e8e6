import * as z from "zod";
import { hostAbilities } from "../turn/abilities.ts";
import { catalogModel, MOST_MODELS } from "../turn/catalog.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import { first, maybe, shown, type Immutable } from "../util/shape.ts";

/** How the bridge reaches a host: `embedded` in the same process, `relay` through another bridge. */
const hostTransport = z.enum(["stdio", "http", "relay", "embedded"]);
export type HostTransport = z.output<typeof hostTransport>;

/** Whether the person at the host has agreed to lend the model, as far as we have seen. */
const consent = z.enum(["unknown", "waiting", "granted", "denied"]);
/** Whether the person at the host has agreed to lend the model, as far as we have seen. */
export type Consent = z.output<typeof consent>;

/** A count that is out of all bounds says nothing. */
const count = z.int().nonnegative().max(1_000_000);

/**
 * What is known of a host. The type comes from the schema, by which it is read where it crosses to another process: names are
 * made fit to be shown and are cut, and so are lists.
 */
export const hostInfo = z.object({
  id: z.string().max(200),
  /** A short name under which clients choose it, e.g. `vscode`; a pool makes it unique. */
  label: shown(100),
  /** The name and version the host gave itself. */
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
  /** True where one question to the person covers every turn that waits: a refusal then ends them all. */
  refusalEndsAll: z.boolean(),
  /** True where the host itself holds to a refusal until its person takes it back: the bridge then remembers none, and asks again at once. */
  keepsRefusals: z.boolean().exactOptional(),
  abilities: hostAbilities,
  /** Models that have answered, latest first. */
  models: first(shown(500), MOST_MODELS),
  /** All its models, where it knows them; the first is the one that answers where a request names none. */
  catalog: first(catalogModel, MOST_MODELS).exactOptional(),
  /** Turns running at the host. */
  running: count.catch(0),
  /** Turns it has room for, running ones included; `undefined` where the host sets no bound. */
  slots: maybe(count.optional().catch(undefined)),
});
/** What is known of a host. */
export type HostInfo = Immutable<z.output<typeof hostInfo>>;

/**
 * Told of a host that works on after its turn has ended, because it cannot be cancelled: its place stays taken `until` then, so
 * that its person is not asked for ever more. The promise settles in bounded time and never rejects.
 */
export type KeepPlace = (until: Promise<void>) => void;

/** Someone who owns a model and lends it. */
export interface Host {
  readonly id: string;
  describe(): HostInfo;
  /**
   * Runs one turn. The signal ends it in every phase and cancels it at the host where that is possible. Failures are
   * thrown as `BridgeError`.
   */
  run(request: TurnRequest, signal: AbortSignal, keepPlace?: KeepPlace): TurnEvents;
}
