import { CHAT, MESSAGES } from "./client.ts";
import type { DeltasLot } from "./deltas.ts";
import type { EditorLot } from "./editor.ts";
import type { LatencyCell } from "./latency.ts";
import type { PromptsLot } from "./prompts.ts";
import type { WaysLot } from "./ways.ts";

/** How much of everything a run measures. */
export interface Plan {
  readonly warmUpRequests: number;
  readonly latency: LatencyLot;
  readonly litellm: LatencyLot;
  readonly deltas: readonly DeltasLot[];
  readonly prompts: PromptsLot;
  readonly memory: readonly { readonly promptBytes: number; readonly counts: readonly number[] }[];
  readonly ways: WaysLot;
  readonly editor: EditorLot;
  /** Starts of each program. */
  readonly starts: number;
  readonly rounds: number;
}

export interface LatencyLot {
  readonly cells: readonly LatencyCell[];
  readonly rounds: number;
}

/** Mean thinking time of the model where the servers shall be busy but not saturated, in milliseconds. */
const pace = 100;

function cells(
  cell: Omit<LatencyCell, "promptBytes" | "concurrency">,
  callers: readonly number[],
): LatencyCell[] {
  return [100, 200_000].flatMap((promptBytes) =>
    callers.map((concurrency) => ({ ...cell, promptBytes, concurrency })),
  );
}

const saturated = { stream: true, thinkMs: 0, seconds: 0.5 };
const whole = { stream: false, thinkMs: 0, seconds: 0.5 };
const paced = { stream: true, thinkMs: pace, seconds: 1.5 };

export const full: Plan = {
  warmUpRequests: 10_000,
  latency: {
    cells: [...cells(saturated, [1, 16, 64, 256]), ...cells(paced, [16, 64]), ...cells(whole, [16, 64])],
    rounds: 3,
  },
  litellm: { cells: [...cells({ ...saturated, seconds: 1 }, [1, 16, 64]), ...cells(paced, [16])], rounds: 3 },
  deltas: [
    { unit: "word", path: CHAT, counts: [1_000, 2_000, 4_000, 8_000], perRound: 40_000 },
    { unit: "word", path: MESSAGES, counts: [1_000, 2_000, 4_000, 8_000], perRound: 40_000 },
    { unit: "char", path: CHAT, counts: [250, 500, 1_000, 2_000], perRound: 5_000 },
    { unit: "host", path: CHAT, counts: [1_000, 2_000, 4_000, 8_000], perRound: 20_000 },
  ],
  prompts: { sizes: [100_000, 200_000, 400_000, 1_000_000], bytesPerRound: 20_000_000 },
  memory: [
    { promptBytes: 100, counts: [1_000, 5_000] },
    { promptBytes: 20_000, counts: [1_000] },
  ],
  ways: { warmUpRequests: 1_000, rounds: 3, seconds: 0.5, deltas: 1_000 },
  editor: { warmUpRequests: 3_000, rounds: 5, seconds: 1, deltas: 2_000, turns: 3_000 },
  starts: 15,
  rounds: 5,
};

export const quick: Plan = {
  warmUpRequests: 2_000,
  latency: {
    cells: [
      ...cells(saturated, [16, 64]),
      ...cells({ ...paced, seconds: 1 }, [16]),
      { ...whole, promptBytes: 100, concurrency: 64 },
    ],
    rounds: 2,
  },
  litellm: { cells: cells(saturated, [1, 16]), rounds: 1 },
  deltas: [{ unit: "word", path: CHAT, counts: [1_000, 4_000], perRound: 8_000 }],
  prompts: { sizes: [100_000, 400_000], bytesPerRound: 4_000_000 },
  memory: [{ promptBytes: 100, counts: [1_000] }],
  ways: { warmUpRequests: 300, rounds: 1, seconds: 0.2, deltas: 500 },
  editor: { warmUpRequests: 1_000, rounds: 3, seconds: 0.5, deltas: 1_000, turns: 1_000 },
  starts: 5,
  rounds: 3,
};
