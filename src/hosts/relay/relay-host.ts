import type { TurnEvents } from "../../turn/event.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Host, HostInfo } from "../host.ts";
import { labelOf } from "../mcp/quirks.ts";
import type { LentInfo } from "./protocol.ts";

/** Runs a turn at the host that the other side knows under this id. */
export type RunThere = (host: RelayHost, request: TurnRequest, signal: AbortSignal) => TurnEvents;

/** A host that another of our processes lends. */
export class RelayHost implements Host {
  readonly id: string;
  /** Its id at the other side. */
  readonly remoteId: string;
  readonly #run: RunThere;
  #info: LentInfo;

  constructor(id: string, info: LentInfo, run: RunThere) {
    this.id = id;
    this.remoteId = info.id;
    this.#info = info;
    this.#run = run;
  }

  update(info: LentInfo): void {
    this.#info = info;
  }

  describe(): HostInfo {
    return { ...this.#info, id: this.id, label: labelOf(this.#info.label), transport: "relay" };
  }

  run(request: TurnRequest, signal: AbortSignal): TurnEvents {
    return this.#run(this, request, signal);
  }
}
