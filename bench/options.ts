import { parseArgs } from "node:util";

export const parts = [
  "latency",
  "litellm",
  "deltas",
  "prompts",
  "memory",
  "tools",
  "ways",
  "footprint",
  "editor",
] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly quick: boolean;
  readonly only: readonly Part[];
  /** Puts a second baseline in the place of the bridge. */
  readonly control: boolean;
  /** Folder for CPU profiles of the servers. */
  readonly profile: string | undefined;
  readonly out: string | undefined;
  /** Whether the tables go into `docs/benchmarks.md`. */
  readonly docs: boolean;
  /** Path of a `litellm` executable to measure beside the bridge. */
  readonly litellm: string | undefined;
}

export const usage = `npm run bench -- [--quick] [--only ${parts.join(",")}] [--out results.json]

  --quick    two minutes, few rounds: to see that nothing broke, not to quote
  --only     some of the parts; all but \`editor\` without it, which needs a real VS Code, 0.8 GB that it installs
  --control  measures the baseline against itself: how far its ratios are from 1 is the noise
  --profile  folder for CPU profiles of the servers (for Chrome's and VS Code's profile viewers)
  --out      writes every figure as JSON
  --docs     writes the tables into docs/benchmarks.md

MCPTB_BENCH_LITELLM=path/to/litellm measures a LiteLLM proxy on the same hop as well.`;

export function readOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", default: parts.filter((part) => part !== "editor").join(",") },
      control: { type: "boolean", default: false },
      profile: { type: "string" },
      out: { type: "string" },
      docs: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const only = values.only.split(",").map((name) => {
    const part = parts.find((known) => known === name);
    if (!part) throw new Error(`--only knows ${parts.join(", ")}, not ${name}`);
    return part;
  });
  const { quick, control, profile, out, docs } = values;
  return { quick, control, profile, out, docs, only, litellm: process.env["MCPTB_BENCH_LITELLM"] };
}
