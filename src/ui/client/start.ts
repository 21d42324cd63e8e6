/** What everybody sees who opens the page: whether the bridge is ready, a box to try it, lines to paste. */
import { ask, keepKey, keptKey, right, signIn } from "./api.ts";
import { readEvents } from "./event-stream.ts";
import { texts } from "./page-texts.ts";

const LOOK_MS = 3000;

/** What `/ready` says of a host, as far as it is shown. */
interface HostState {
  readonly name: string;
  readonly version: string;
  readonly label: string;
  readonly canSample: boolean;
  readonly consent: string;
  readonly draining: boolean;
  readonly running: number;
  readonly queued: number;
  readonly models: readonly string[];
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no ${id}.`);
  return element;
}

function field(id: string): HTMLInputElement {
  return byId(id) as HTMLInputElement;
}

/** What the bridge says of itself at this moment. */
async function look(): Promise<void> {
  try {
    const response = await ask("/ready");
    if (response.status === 401) locked();
    else show((await response.json()) as { ready: boolean; hosts: readonly HostState[] });
  } catch {
    setState(texts.unreachable, "bad");
  }
}

/** The same over and over, while somebody looks at the page. */
async function keepLooking(): Promise<void> {
  if (document.visibilityState === "visible" && right.value !== "unknown") await look();
  setTimeout(() => void keepLooking(), LOOK_MS);
}

function setState(text: string, kind: "good" | "bad" | ""): void {
  const state = byId("state");
  if (state.textContent !== text) state.textContent = text;
  state.className = `state ${kind}`;
}

function locked(): void {
  setState(texts.locked, "bad");
  byId("unlock").hidden = false;
  byId("key-hint").textContent = keptKey() === "" ? texts.keyHint : texts.wrongKey;
}

let wasReady: boolean | undefined;

function show({ ready, hosts }: { readonly ready: boolean; readonly hosts: readonly HostState[] }): void {
  setState(ready ? texts.ready : texts.notReady, ready ? "good" : "bad");
  byId("unlock").hidden = true;
  byId("advice").hidden = ready;
  const none = byId("no-hosts");
  none.textContent = texts.noHosts;
  none.hidden = hosts.length > 0;
  byId("hosts-table").hidden = hosts.length === 0;
  byId("hosts").replaceChildren(...hosts.map(row));
  if (ready && wasReady !== true) void listModels();
  wasReady = ready;
}

function row(host: HostState): HTMLElement {
  const line = document.createElement("tr");
  const state = host.draining
    ? texts.draining
    : host.consent === "waiting"
      ? texts.consent
      : host.canSample
        ? texts.lends
        : texts.lendsNot;
  const cells = [
    `${host.name} ${host.version}`.trim(),
    host.label,
    state,
    `${host.running} / ${host.queued}`,
    host.models.slice(0, 20).join(", "),
  ];
  line.replaceChildren(
    ...cells.map((content) => {
      const cell = document.createElement("td");
      cell.textContent = content;
      return cell;
    }),
  );
  return line;
}

async function listModels(): Promise<void> {
  const response = await ask("/v1/models");
  if (!response.ok) return;
  const { data } = (await response.json()) as { data: readonly { readonly id: string }[] };
  const chosen = field("model").value;
  byId("model").replaceChildren(
    ...data.map(({ id }) => {
      const option = document.createElement("option");
      option.textContent = id;
      option.selected = id === chosen;
      return option;
    }),
  );
}

let running: AbortController | undefined;

async function send(): Promise<void> {
  running?.abort();
  const leaving = new AbortController();
  running = leaving;
  for (const id of ["answer", "failure", "waiting"]) byId(id).textContent = "";
  field("stop").disabled = false;
  try {
    const response = await ask("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: field("model").value,
        stream: true,
        messages: [{ role: "user", content: field("prompt").value }],
      }),
      signal: leaving.signal,
    });
    if (response.ok) {
      await readEvents(response, {
        data: (text) => {
          if (text.trim() !== "[DONE]") piece(JSON.parse(text) as Piece);
        },
        comment: (text) => {
          byId("waiting").textContent = text;
        },
      });
    } else fail(await response.json());
    if (byId("answer").textContent === "" && byId("failure").textContent === "")
      byId("waiting").textContent = texts.noText;
  } catch {
    if (running === leaving)
      byId("failure").textContent = leaving.signal.aborted ? texts.stopped : texts.unreachable;
  } finally {
    if (running === leaving) {
      running = undefined;
      field("stop").disabled = true;
    }
  }
}

interface Piece {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly error?: unknown;
}

function piece(event: Piece): void {
  if (event.error !== undefined) {
    fail(event);
    return;
  }
  const content = event.choices?.[0]?.delta?.content ?? "";
  if (content === "") return;
  byId("waiting").textContent = "";
  byId("answer").append(content);
}

function fail(body: unknown): void {
  const { error } = body as { readonly error?: { readonly message?: string } };
  byId("failure").textContent = error?.message ?? texts.unreachable;
}

async function copy(button: HTMLElement): Promise<void> {
  const lines = byId(button.dataset["from"] ?? "");
  try {
    await navigator.clipboard.writeText(lines.textContent ?? "");
    button.textContent = texts.copied;
    setTimeout(() => {
      button.textContent = texts.copy;
    }, 2000);
  } catch {
    // Where the browser does not allow it, the person can copy what is marked.
    getSelection()?.selectAllChildren(lines);
  }
}

export function startPage(): void {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  byId("stop").addEventListener("click", () => running?.abort());
  byId("unlock").addEventListener("submit", (event) => {
    event.preventDefault();
    keepKey(field("key").value.trim());
    void look();
    void signIn();
  });
  for (const button of document.querySelectorAll<HTMLElement>(".copy"))
    button.addEventListener("click", () => void copy(button));
  field("prompt").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  });
  // What needs a key is asked for with what signing in has given, and not before.
  right.subscribe((known) => {
    if (known !== "unknown") void look();
  });
  void keepLooking();
}
