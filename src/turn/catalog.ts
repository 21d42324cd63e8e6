/** The models of a host that lists them: their names, their abilities, and which of them a client's name means. */
import * as z from "zod";
import { shown, type Immutable } from "../util/shape.ts";
import { honours } from "./abilities.ts";
import type { TurnRequest } from "./request.ts";

const tokens = z.int().positive().max(1_000_000_000);

export const catalogModel = z.object({
  /** The name that clients ask for, unique within the host: `vendor/id`. */
  id: shown(500),
  /** The display name. */
  name: shown(200).exactOptional(),
  /** The name that its versions share, e.g. `gpt-5`. */
  family: shown(200).exactOptional(),
  /** Token limits of a prompt and of an answer. */
  inputTokens: tokens.exactOptional(),
  outputTokens: tokens.exactOptional(),
  /** Where its abilities differ from those of its host. */
  images: honours.exactOptional(),
  tools: z.boolean().exactOptional(),
});
/** What is known of one model. */
export type CatalogModel = Immutable<z.output<typeof catalogModel>>;

/** Most models listed for one host, so that the list fits into one relay message. */
export const MOST_MODELS = 1000;

export type Asked = Pick<TurnRequest, "model" | "hints">;

export interface Found {
  readonly model: CatalogModel;
  /** True when the match is a small model although the name did not ask for one. */
  readonly isSmaller: boolean;
}

/** Words in the names of small models, whatever the vendor. `gemini` ends in `mini` but is not small. */
const SMALL = /(?:^|[^a-z])(?:mini|nano|lite|small|tiny|flash|haiku|fast)(?![a-z])/i;

/**
 * The model of the first hint that fits one: by its exact name, by a name or family that is the same but for its case, by a part of
 * those. A part of a name means a small model only where it says so, or where there is nothing else. Without hints it is the first.
 */
export function findModel(
  { model: wanted, hints = [] }: Asked,
  models: readonly CatalogModel[],
): Found | undefined {
  const exact = models.find(({ id }) => id === wanted);
  if (exact !== undefined) return { model: exact, isSmaller: false };
  const wantsSmall = SMALL.test(wanted);
  for (const hint of hints) {
    const like = hint.toLowerCase();
    const same =
      models.find(({ id }) => id === hint || bare(id) === hint) ??
      models.find((each) => namesOf(each).some((name) => name.toLowerCase() === like));
    if (same !== undefined) return { model: same, isSmaller: false };
    const partly = models.filter((each) => namesOf(each).some((name) => name.toLowerCase().includes(like)));
    const asSaid = wantsSmall || SMALL.test(hint) ? partly[0] : partly.find((each) => !isSmall(each));
    if (asSaid !== undefined) return { model: asSaid, isSmaller: false };
    if (partly[0] !== undefined) return { model: partly[0], isSmaller: true };
  }
  const [first] = models;
  return first === undefined ? undefined : { model: first, isSmaller: false };
}

/**
 * Whether a name has the form of one of these vendors' models while no such model exists: answering with another one would surprise.
 */
export function isGone(name: string, models: readonly CatalogModel[]): boolean {
  const slash = name.indexOf("/");
  if (slash <= 0 || models.some(({ id }) => id === name)) return false;
  const vendor = name.slice(0, slash + 1);
  return models.some(({ id }) => id.startsWith(vendor));
}

function bare(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

function namesOf({ id, name, family }: CatalogModel): string[] {
  return [id, bare(id), name, family].filter((each) => each !== undefined);
}

function isSmall(model: CatalogModel): boolean {
  return namesOf(model).some((name) => SMALL.test(name));
}
