/** How long a prompt may be for the models that a running bridge lends, as its list of models tells. */
import * as z from "zod";
import { askBridge, type BridgeAddress } from "./ask-bridge.ts";

const WITHIN_MS = 2000;
const AUTO = "auto";
/** What Claude's names of models find where there is any, but for the small ones, which agents ask little things. */
const CLAUDE = /claude|opus|sonnet/i;
const SMALL = /haiku/i;

const models = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      context_length: z.int().positive().optional().catch(undefined),
    }),
  ),
});

export interface PromptLimits {
  readonly auto?: number;
  readonly claude?: number;
}

/** Nothing where no bridge answers, lets us in, or has a host that tells of its models. */
export async function promptLimits(address: BridgeAddress): Promise<PromptLimits> {
  const reply = await askBridge(address, "/v1/models", { withinMs: WITHIN_MS });
  const { data } = models.safeParse("error" in reply ? undefined : reply.body);
  return limitsOf(data?.data ?? []);
}

/** @param told the models that can be named, with the tokens that a prompt for each may have. */
export function limitsOf(
  told: readonly { readonly id: string; readonly context_length?: number | undefined }[],
): PromptLimits {
  const auto = told.find(({ id }) => id === AUTO)?.context_length;
  const ofClaude = told.flatMap(({ id, context_length: tokens }) =>
    CLAUDE.test(id) && !SMALL.test(id) && tokens !== undefined ? [tokens] : [],
  );
  const claude = ofClaude.length === 0 ? auto : Math.min(...ofClaude);
  return { ...(auto !== undefined && { auto }), ...(claude !== undefined && { claude }) };
}
