/** Requests of the page to its own bridge, with what it has of a key or of a session. */
import { signal } from "@preact/signals";
import { texts } from "./page-texts.ts";

const KEY_PLACE = "mcptb-key";
/** Only pages of this origin can read it, and without the cookie it is worth nothing. */
const PAGE_PLACE = "mcptb-page";
const PAGE_HEADER = "x-mcptb-page";

/** What the person may do here; `unknown` until the bridge has said it. */
export const right = signal<"unknown" | "operator" | "none">("unknown");
/** Whether the person has signed in, and so can sign out. */
export const isSignedIn = signal(false);
/** Why signing in has failed. */
export const signInFailure = signal("");

export function keptKey(): string {
  return sessionStorage.getItem(KEY_PLACE) ?? "";
}

export function keepKey(key: string): void {
  sessionStorage.setItem(KEY_PLACE, key);
}

/** Whatever the bridge has answered that was no success. */
export class Refused extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** What went wrong, in words for the person. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const [key, page] = [keptKey(), localStorage.getItem(PAGE_PLACE)];
  if (key !== "") headers.set("authorization", `Bearer ${key}`);
  if (page !== null) headers.set(PAGE_HEADER, page);
  return fetch(path, { ...init, headers });
}

/** @throws Refused with the bridge's words, or ours where it does not answer. */
export async function askJson<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await ask(path, init).catch((error: unknown) => {
    if (init?.signal?.aborted === true) throw error;
    throw new Refused(texts.unreachable, 0);
  });
  const body = (await response.json().catch(() => undefined)) as
    | (Answer & { readonly error?: { readonly message?: string } | string })
    | undefined;
  if (response.ok && body !== undefined) return body;
  if (response.status === 401 || response.status === 403) void lookAtRight();
  const said = typeof body?.error === "string" ? body.error : body?.error?.message;
  throw new Refused(said ?? texts.unreachable, response.status);
}

export function post<Answer>(path: string, body?: unknown): Promise<Answer> {
  return askJson<Answer>(path, {
    method: "POST",
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
}

/** Signs in with the token of the address, if there is one, which is then no longer there; and looks what that gives. */
export async function signIn(): Promise<void> {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token !== undefined) {
    history.replaceState(null, "", `${location.pathname}${location.search}#live`);
    await open({ token });
  }
  await lookAtRight();
  // Also where no key is needed: once one was made, this page is not to be shut out.
  if (right.value === "operator" && !isSignedIn.value) {
    await open({});
    await lookAtRight();
  }
}

export async function signOut(): Promise<void> {
  await post("/session/end").catch(() => undefined);
  localStorage.removeItem(PAGE_PLACE);
  keepKey("");
  location.replace(`${location.pathname}${location.search}`);
}

async function open(body: { readonly token?: string }): Promise<void> {
  try {
    const { page } = await post<{ readonly page: string }>("/session", body);
    localStorage.setItem(PAGE_PLACE, page);
    signInFailure.value = "";
  } catch (error) {
    signInFailure.value = reasonOf(error);
  }
}

interface Known {
  readonly operator: boolean;
  /** Whether that is by a session. */
  readonly session: boolean;
}

export async function lookAtRight(): Promise<void> {
  try {
    const response = await ask("/session");
    const { operator, session } = (await response.json()) as Known;
    isSignedIn.value = session;
    if (!session) localStorage.removeItem(PAGE_PLACE);
    right.value = operator ? "operator" : "none";
  } catch {
    // It is looked again as soon as something answers.
    if (right.value === "unknown") right.value = "none";
  }
}
