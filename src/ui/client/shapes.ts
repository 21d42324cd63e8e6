/** What the bridge tells its page. */
import type {
  Approval,
  ControlState,
  Grant,
  LiveChange as Change,
  LiveRequest,
} from "../../control/control-shapes.ts";
import type { HostInfo } from "../../hosts/host.ts";

export type { Approval, ControlState, Grant, LiveRequest };

/** A host as `GET /ready` tells it. */
export type HostState = HostInfo & {
  readonly queued: number;
  readonly draining: boolean;
  readonly failing: boolean;
};

export type LiveChange = Omit<Change, "hosts"> & { readonly hosts?: readonly HostState[] };
