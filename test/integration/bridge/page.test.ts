/** What the page at `/` is over HTTP; in a browser it is tried by `npm run test:page`. */
import { afterEach, expect, test } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { rawRequest, RawConnection } from "../../support/bridge/raw-http.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(() => running?.bridge.stop());

async function open(settings: object = {}): Promise<string> {
  running = await startBridge(settings);
  return running.url;
}

verifies(
  "person.page",
  "is one file, its script and its style, and nothing from elsewhere may run in it",
  async () => {
    const url = await open();
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "trusted-types 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    const html = await response.text();
    const files = [...html.matchAll(/(?:src|href)="(\/[^"?]+)"/g)].map(([, file = ""]) => file);
    expect(files.toSorted()).toEqual(["/ui/page.css", "/ui/page.js"]);
    expect(html).not.toMatch(/\b(?:style|on[a-z]+)="/);
    for (const file of files) {
      const asset = await fetch(url + file);
      expect(asset.status).toBe(200);
      expect(asset.headers.get("x-content-type-options")).toBe("nosniff");
      expect((await asset.text()).length).toBeGreaterThan(1000);
    }
    const head = await fetch(url, { method: "HEAD" });
    expect({ status: head.status, text: await head.text() }).toEqual({ status: 200, text: "" });
  },
);

verifies(
  "person.page",
  "shows the address under which it was asked, and where there are keys none of them",
  async () => {
    const url = await open({ apiKey: "s3cret" });
    const html = await (await fetch(url)).text();
    expect(html).toContain(`<code>${url}/v1</code>`);
    for (const api of ["OpenAI", "Anthropic", "Gemini", "Ollama"])
      expect(html).toMatch(new RegExp(`<dt>[^<]*${api}[^<]*</dt>`));
    expect(html).toContain(`baseUrl: "${url}"`);
    expect(html).toContain(`Client(host="${url}"`);
    expect(html).toContain("YOUR_KEY");
    expect(html).not.toContain("s3cret");
    expect((await fetch(`${url}/ready`)).status).toBe(401);
  },
);

verifies("person.page", "speaks the language of its reader", async () => {
  const url = await open();
  const lang = async (query: string, accept: string): Promise<string | undefined> => {
    const response = await fetch(url + query, { headers: { "accept-language": accept } });
    return /<html lang="([^"]+)"/.exec(await response.text())?.[1];
  };
  expect(await lang("/", "zh-CN,zh;q=0.9,en;q=0.8")).toBe("zh-CN");
  expect(await lang("/", "en-GB,zh;q=0.9")).toBe("en");
  expect(await lang("/", "de,fr")).toBe("en");
  expect(await lang("/?lang=zh-CN", "en")).toBe("zh-CN");
  expect(await lang("/?lang=<script>", "zh")).toBe("zh-CN");
});

verifies(
  ["person.page", "server.origins"],
  "its own requests pass, those of other pages do not",
  async () => {
    const url = await open();
    if (running !== undefined) await attachHost(running.bridge);
    const ask = async (origin: string): Promise<number> => {
      const { host } = new URL(url);
      const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "?" }] });
      const connection = await RawConnection.open(url);
      connection.send(
        rawRequest("POST /v1/chat/completions", { host, origin, "content-type": "application/json" }, body),
      );
      const { status } = await connection.reply();
      connection.cut();
      return status;
    };
    expect(await ask(url)).toBe(200);
    expect(await ask("http://evil.example")).toBe(403);
    expect(await ask(url.replace("127.0.0.1", "localhost"))).toBe(403);
  },
);

test("a name under which it is asked cannot become markup", async () => {
  const url = await open({ allowedHosts: "bridge.example" });
  const connection = await RawConnection.open(url);
  connection.send(rawRequest("GET /", { host: 'bridge.example"><script>' }, ""));
  expect((await connection.reply()).status).toBe(400);
  connection.cut();
});

verifies(
  "person.language",
  "the page's language is the address's, else the setting's, else the browser's",
  async () => {
    const languageAt = async (url: string): Promise<string | undefined> => {
      const response = await fetch(url, { headers: { "accept-language": "fr, zh-CN;q=0.9" } });
      return /<html lang="([^"]+)">/.exec(await response.text())?.[1];
    };
    const url = await open();
    expect(await languageAt(url)).toBe("zh-CN");
    expect(await languageAt(`${url}/?lang=en`)).toBe("en");
    await running?.bridge.stop();
    expect(await languageAt(await open({ lang: "en" }))).toBe("en");
  },
);
