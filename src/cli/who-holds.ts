import * as z from "zod";

const WITHIN_MS = 1000;
const health = z.object({ name: z.literal("mcp-token-bridge"), version: z.string() });

/** In words, what answers at a port that we could not open. */
export async function whoHolds(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(WITHIN_MS),
      redirect: "error",
    });
    const { data } = health.safeParse(await response.json());
    return data === undefined ? "another program" : `another bridge (version ${data.version.slice(0, 40)})`;
  } catch {
    return "another program";
  }
}
