import { request } from "node:http";
import type { LimitCase, Target } from "../case.ts";

/** Many bodies in memory together. */
const PATHS = ["/v1/chat/completions", "/v1/messages"] as const;
const MIB = 1_048_576;

/** The status; 0 where the connection ended before one came. */
function post({ url }: Target, path: string, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(
      `${url}${path}`,
      { method: "POST", agent: false, headers: { "content-type": "application/json" } },
      (incoming) => {
        resolve(incoming.statusCode ?? 0);
        incoming.resume();
      },
    );
    outgoing.once("error", () => resolve(0));
    outgoing.end(body);
  });
}

function large(bytes: number): Buffer {
  const [head, tail] = ['{"model":"auto","max_tokens":10,"messages":[{"role":"user","content":"', '"}]}'];
  return Buffer.from(`${head}${"word ".repeat(Math.floor((bytes - head.length - tail.length) / 5))}${tail}`);
}

export const cases: readonly LimitCase[] = [
  {
    name: "a hundred bodies at once, each as large as one may be",
    size: 100,
    // Three gigabytes: once is enough.
    fixed: true,
    small: 3,
    memoryMb: 1536,
    async act(bridge, count) {
      const body = large(31 * MIB);
      const statuses = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          post(bridge, PATHS[index % PATHS.length] ?? PATHS[0], body),
        ),
      );
      // One that was taken is too large for a host's line; a machine that is busy takes none of it in time.
      const others = statuses.filter((status) => ![408, 413, 503].includes(status));
      if (others.length > 0) throw new Error(`Wanted 413, 503 or 408, got ${others.join(", ")}`);
    },
  },
  {
    name: "a thousand requests at once that are no JSON",
    size: 1000,
    small: 50,
    async act(bridge, count) {
      const body = Buffer.from("[".repeat(100_000));
      const statuses = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          post(bridge, PATHS[index % PATHS.length] ?? PATHS[0], body),
        ),
      );
      const others = statuses.filter((status) => ![400, 503].includes(status));
      if (others.length > 0) throw new Error(`Wanted 400 or 503, got ${others.join(", ")}`);
    },
  },
];
