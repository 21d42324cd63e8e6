import { afterAll, beforeAll, expect } from "vitest";
import { PATHS } from "../../support/bridge/ask.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const JSON_TYPE = { "content-type": "application/json" };
const MIB = 1_048_576;

let running: RunningBridge;
let attached: InProcessHost;

beforeAll(async () => {
  running = await startBridge({ bodyLimitMb: 3, bodyBudgetMb: 4, bodyValues: 15_000 });
  attached = await attachHost(running.bridge);
});

afterAll(async () => {
  await running.bridge.stop();
});

/** A request in the form that chat completions and messages share, which the Responses API understands too. */
function question(characters: number): string {
  return JSON.stringify({
    model: "auto",
    max_tokens: 10,
    messages: [{ role: "user", content: "x".repeat(characters) }],
  });
}

function post(path: string, body: string): string {
  return rawRequest(`POST ${path}`, { ...JSON_TYPE, "content-length": String(body.length) }) + body;
}

/** A body that has sent all but its end. */
async function unfinished(characters: number): Promise<RawConnection> {
  const connection = await RawConnection.open(running.url);
  connection.send(post(PATHS["openai-chat"], question(characters)).slice(0, -1));
  return connection;
}

const status = async (path: string, characters: number): Promise<number> =>
  (await sendRaw(running.url, post(path, question(characters)))).status;

verifies("server.body-budget", "beyond it each dialect says 503 and when to come again", async () => {
  attached.host.script = hang;
  const held = sendRaw(running.url, post(PATHS["openai-chat"], question(2.5 * MIB)));
  const call = await attached.host.next();
  attached.host.script = answer("Hello.");
  for (const path of Object.values(PATHS)) {
    const reply = await sendRaw(running.url, post(path, question(1.5 * MIB)));
    expect([path, reply.status, reply.headers["retry-after"]]).toEqual([path, 503, "5"]);
    const type = path === PATHS["anthropic-messages"] ? "overloaded_error" : "server_error";
    expect(JSON.parse(reply.body)).toMatchObject({ error: { type } });
  }
  // Small ones find room, and so does a large one when the other has gone.
  expect(await status(PATHS["openai-chat"], 10)).toBe(200);
  call.answer("Hello.");
  expect((await held).status).toBe(200);
  await expect.poll(() => status(PATHS["openai-chat"], 1.5 * MIB)).toBe(200);
});

verifies("server.body-budget", "what clients leave behind is given back", async () => {
  const held = await Promise.all([1, 2, 3].map(() => unfinished(0.9 * MIB)));
  await expect.poll(() => status(PATHS["openai-chat"], 1.5 * MIB)).toBe(503);
  for (const one of held) one.cut();
  await expect.poll(() => status(PATHS["openai-chat"], 1.5 * MIB)).toBe(200);
});

verifies(
  "server.body-values",
  "each dialect refuses a body of very many values as the client's mistake",
  async () => {
    const many = question(1).replace('"x"', `[${"0,".repeat(20_000)}0]`);
    for (const path of [...Object.values(PATHS), "/v1/messages/count_tokens"]) {
      const reply = await sendRaw(running.url, post(path, many));
      expect([path, reply.status]).toEqual([path, 400]);
      expect(reply.body).toContain("JSON values");
    }
  },
);

verifies("server.first-fault", "the first wrong element is named, of however many there are", async () => {
  const many = question(1).replace('"x"', `[{"type":"text","text":"a"}${",0".repeat(10_000)}]`);
  for (const path of [PATHS["openai-chat"], PATHS["anthropic-messages"], "/v1/messages/count_tokens"]) {
    const reply = await sendRaw(running.url, post(path, many));
    expect([path, reply.status]).toEqual([path, 400]);
    expect(reply.body).toContain("messages.0.content.1");
    expect(reply.body.length).toBeLessThan(500);
  }
});
