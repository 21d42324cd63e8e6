/** The result of one check of `mcptb doctor`. */
export interface Finding {
  readonly check: "node" | "bridge" | "key" | "host" | "sampling" | "consent" | "round-trip";
  /** `warn`: worth attention, but everything works. */
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export type Check = Finding["check"];

export function ok(check: Check, detail: string): Finding {
  return { check, status: "ok", detail };
}

export function warn(check: Check, detail: string, remedy: string): Finding {
  return { check, status: "warn", detail, remedy };
}

export function fail(check: Check, detail: string, remedy: string): Finding {
  return { check, status: "fail", detail, remedy };
}
