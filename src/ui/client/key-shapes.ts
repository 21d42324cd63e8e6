/** What the bridge tells of a key, and takes as its terms. */
import type { KeyRecord, Terms } from "../../control/keys/key-list.ts";
import type { Rate } from "../../turn/rate.ts";

export type KeyTerms = Terms;

export type KeyState = Omit<KeyRecord, "secrets"> & { readonly rates: readonly Rate[] };
