import OpenAI from "openai";
import { startCli, type CliRun } from "../processes/run-cli.ts";
import type { FakeUpstream } from "../upstreams/fake-upstream.ts";

export interface OwnHost {
  readonly run: CliRun;
  /** Where the bridge that it started listens. */
  readonly url: string;
  readonly client: OpenAI;
  stop(): Promise<void>;
}

export interface OwnHostOptions {
  readonly flags?: readonly string[];
  /** Arguments of the bridge that it starts. */
  readonly bridge?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `mcptb host` as a process, which lends an upstream to a bridge that it starts, without asking. */
export async function startOwnHost(
  upstream: Pick<FakeUpstream, "url">,
  options: OwnHostOptions = {},
): Promise<OwnHost> {
  const { flags = [], bridge = [], env = {} } = options;
  const lent = ["--upstream", upstream.url, "--model", "m", "--consent", "always", ...flags];
  const run = startCli(["host", ...lent, "--", "mcptb", "--port", "0", "--log-format", "json", ...bridge], {
    env,
  });
  const { url } = JSON.parse(await run.line(/"msg":"listening"/)) as { url: string };
  await run.line(/ host lends m of /);
  return {
    run,
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 }),
    async stop() {
      run.child.kill("SIGTERM");
      await run.exited;
    },
  };
}
