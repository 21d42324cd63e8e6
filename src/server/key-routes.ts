/** The named keys, for those who run the bridge: what each may do and has used; made, changed, replaced and ended. */
import * as z from "zod";
import { changeKeys, readKeys } from "../control/keys/key-file.ts";
import {
  added,
  type KeyList,
  KeyListError,
  type KeyRecord,
  keyTerms,
  named,
  NO_KEYS,
  revoked,
  rotated,
  type Terms,
  withTerms,
} from "../control/keys/key-list.ts";
import { makeSecret } from "../control/keys/secret.ts";
import type { Budgets } from "../control/limits/budgets.ts";
import { BridgeError } from "../turn/error.ts";
import type { Limits } from "../turn/principal.ts";
import { OwnFileError } from "../util/own-file.ts";
import { readBody } from "./operator-body.ts";
import type { AddRoute, OnControl } from "./operators.ts";

export interface KeyParts {
  /** Where the keys are kept. */
  readonly keyFile: string;
  readonly budgets: Budgets;
  readonly onControl: OnControl;
}

const YEAR_MS = 31_536_000_000;
const making = z.strictObject({ name: z.string(), terms: keyTerms });
const changing = z.strictObject({ terms: keyTerms });
const rotating = z.strictObject({ graceMs: z.int().nonnegative().max(YEAR_MS) });

/** As one may be changed; what is left out is no longer bounded. */
const NO_TERMS = Object.fromEntries(Object.keys(keyTerms.shape).map((term) => [term, undefined]));
const NO_LIMITS = {
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  requestsPerDay: undefined,
  tokensPerDay: undefined,
} satisfies Record<keyof Limits, undefined>;

function inFull(terms: Terms): Partial<Terms> {
  return { ...NO_TERMS, ...terms, limits: { ...NO_LIMITS, ...terms.limits } };
}

/** A secret is told once, in the answer to whoever made it. */
const TOLD_ONCE = { "cache-control": "no-store" } as const;

export function addKeyRoutes(
  add: AddRoute,
  { keyFile, budgets, areNeeded, onControl }: KeyParts & { readonly areNeeded: () => boolean },
): void {
  const change = (how: (list: KeyList) => KeyList): Promise<KeyList> =>
    changeKeys(keyFile, how).catch((error: unknown) => {
      throw asBridgeError(error);
    });

  add("GET", "/control/keys", (scope) => {
    const list = read(keyFile);
    const keys = (list ?? NO_KEYS).keys.map((key) => told(key, budgets));
    scope.sendJson({ areNeeded: areNeeded(), keys }, 200, TOLD_ONCE);
  });

  add("POST", "/control/keys", async (scope) => {
    const { name, terms } = await readBody(scope, making);
    const made = makeSecret();
    const list = await change((before) => added(before, name, terms, made, Date.now()));
    onControl("key-added", scope.principal, { name, id: made.id, ...terms });
    scope.sendJson({ secret: made.text, key: told(named(list, name), budgets) }, 200, TOLD_ONCE);
  });

  add("POST", "/control/keys/{name}/terms", async (scope, { name = "" }) => {
    const { terms } = await readBody(scope, changing);
    const list = await change((before) => withTerms(before, name, inFull(terms)));
    onControl("key-changed", scope.principal, { name, ...terms });
    scope.sendJson({ key: told(named(list, name), budgets) });
  });

  add("POST", "/control/keys/{name}/rotate", async (scope, { name = "" }) => {
    const { graceMs } = await readBody(scope, rotating);
    const made = makeSecret();
    const list = await change((before) => rotated(before, name, made, Date.now(), graceMs));
    onControl("key-rotated", scope.principal, { name, id: made.id, graceMs });
    scope.sendJson({ secret: made.text, key: told(named(list, name), budgets) }, 200, TOLD_ONCE);
  });

  add("POST", "/control/keys/{name}/revoke", async (scope, { name = "" }) => {
    await change((before) => revoked(before, name));
    onControl("key-revoked", scope.principal, { name });
    scope.sendJson({ name, revoked: true });
  });
}

function read(file: string): KeyList | undefined {
  try {
    return readKeys(file);
  } catch (error) {
    throw asBridgeError(error);
  }
}

/** What is told of a key: nothing by which it could be used. */
function told({ secrets, ...key }: KeyRecord, budgets: Budgets): object {
  const { id, limits = {} } = key;
  return {
    ...key,
    secrets: secrets.map(({ id: secretId, until }) => ({ id: secretId, until })),
    rates: budgets.ratesOf({ id, limits }),
  };
}

function asBridgeError(error: unknown): unknown {
  if (error instanceof KeyListError) return new BridgeError("invalid_request", error.message);
  // The file's place is its user's, and whoever runs the bridge is that or has their word.
  if (error instanceof OwnFileError) return new BridgeError("keys_unusable", error.message);
  return error;
}
