import type { Sample } from "../corpus.ts";
import { askedFor } from "./asked-for.ts";
import { damaged } from "./damaged.ts";
import { innocent } from "./innocent.ts";
import { otherForms } from "./other-forms.ts";
import { newerForms } from "./newer-forms.ts";
import { unclear } from "./unclear.ts";

/** Answers written by hand, from the habits of model families and from what goes wrong with them. */
export const byHand: readonly Sample[] = [
  askedFor,
  otherForms,
  damaged,
  innocent,
  unclear,
  newerForms,
].flat();
