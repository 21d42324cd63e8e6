/** `mcptb keys`: changes the list of keys that all bridges of this user read. No bridge needs to be running. */
import type { Config } from "../../config/settings.ts";
import { changeKeys, keyFile, readKeys } from "../../control/keys/key-file.ts";
import {
  added,
  APIS,
  type KeyList,
  KeyListError,
  type KeyRecord,
  named,
  NO_KEYS,
  revoked,
  rotated,
  type Terms,
  withTerms,
} from "../../control/keys/key-list.ts";
import { makeSecret } from "../../control/keys/secret.ts";
import type { Limits } from "../../turn/principal.ts";
import { consentPolicy, POLICY_WORDS } from "../../util/consent-policy.ts";
import { OwnFileError } from "../../util/own-file.ts";
import { CliError } from "../failure.ts";
import { audited } from "../audit/audit.ts";
import { aligned } from "../aligned.ts";
import { print, tell } from "../print.ts";
import { say } from "../../util/say.ts";

type Place = Pick<Config, "stateDir">;

export interface TermFlags {
  readonly models?: readonly string[];
  readonly hosts?: readonly string[];
  readonly apis?: readonly string[];
  readonly rpm?: number;
  readonly tpm?: number;
  readonly requestsPerDay?: number;
  readonly tokensPerDay?: number;
  /** Milliseconds from now; `Infinity` removes the limit. */
  readonly expires?: number;
  readonly consent?: string;
  readonly operator?: true;
}

/** @throws CliError when the key cannot be created. */
export async function addKey(place: Place, name: string, flags: TermFlags): Promise<void> {
  const now = Date.now();
  const terms = termsOf(flags, now);
  const made = makeSecret();
  const isFirst = lookUp(place) === undefined;
  await change(place, (list) => added(list, name, terms, made, now));
  await audited(place, "key-added", { name, id: made.id, ...terms });
  print(`${made.text}\n`);
  tell(
    `${say`This is the secret of the key ${name}; it is not stored anywhere and will not be shown again.`}\n`,
  );
  if (isFirst)
    tell(`${say`From now on every client of your bridges needs a key, and so does every host at /mcp.`}\n`);
}

/** @throws CliError for an unknown key, or when there is nothing to change. */
export async function changeKey(place: Place, name: string, flags: TermFlags): Promise<void> {
  const terms = termsOf(flags, Date.now());
  if (Object.keys(terms).length === 0)
    throw new CliError(say`say what to change: "mcptb keys change --help" shows what there is`);
  await change(place, (list) => withTerms(list, name, terms));
  await audited(place, "key-changed", { name, ...terms });
  showKey(place, name, false);
}

/** @throws CliError for an unknown key. */
export async function rotateKey(place: Place, name: string, graceMs: number): Promise<void> {
  const now = Date.now();
  const made = makeSecret();
  await change(place, (list) => rotated(list, name, made, now, graceMs));
  await audited(place, "key-rotated", { name, id: made.id, graceMs });
  print(`${made.text}\n`);
  const before =
    graceMs === 0
      ? say`The old secret is no longer valid.`
      : say`The old secret is valid until ${timeText(now + graceMs)}.`;
  tell(`${before}\n`);
}

/** @throws CliError for an unknown key. */
export async function revokeKey(place: Place, name: string): Promise<void> {
  await change(place, (list) => revoked(list, name));
  await audited(place, "key-revoked", { name });
  tell(`${say`The key ${name} is no longer valid in any window.`}\n`);
}

export function listKeys(place: Place, json: boolean): void {
  const { keys } = lookUp(place) ?? NO_KEYS;
  if (json) print(`${JSON.stringify(keys.map(told), undefined, 2)}\n`);
  else print(`${keys.length === 0 ? say`There are no keys.` : table(keys.map(row)).join("\n")}\n`);
}

/** @throws CliError for an unknown key. */
export function showKey(place: Place, name: string, json: boolean): void {
  const key = attempt(() => named(lookUp(place) ?? NO_KEYS, name));
  if (json) print(`${JSON.stringify(told(key), undefined, 2)}\n`);
  else {
    const lines = Object.entries(row(key)).map(([title, text]) => [`${title}:`, text]);
    print(`${aligned(lines).join("\n")}\n`);
  }
}

/** The given names; `undefined` removes the limit. */
function termsOf(flags: TermFlags, now: number): Partial<Terms> {
  const { models, hosts, apis, expires, consent, operator } = flags;
  const limits = Object.fromEntries(
    Object.entries({
      requestsPerMinute: flags.rpm,
      tokensPerMinute: flags.tpm,
      requestsPerDay: flags.requestsPerDay,
      tokensPerDay: flags.tokensPerDay,
    } satisfies Record<keyof Limits, unknown>)
      .filter(([, value]) => value !== undefined)
      .map(([limit, value]) => [limit, bound(value)]),
  );
  const unknown = isAny(apis) ? undefined : apis?.find((api) => !isApi(api));
  if (unknown !== undefined)
    throw new CliError(say`--apis: unknown API ${unknown}; give any of ${APIS.join(", ")}`);
  const policy =
    consent === undefined || consent === "any" ? undefined : consentPolicy.safeParse(consent).data;
  if (consent !== undefined && consent !== "any" && policy === undefined)
    throw new CliError(say`--consent: give one of ${POLICY_WORDS}`);
  return {
    ...(models && { models: isAny(models) ? undefined : models }),
    ...(hosts && { hosts: isAny(hosts) ? undefined : hosts }),
    ...(apis && { apis: isAny(apis) ? undefined : apis.filter(isApi) }),
    ...(expires !== undefined && { expires: bound(now + expires) }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(consent !== undefined && { consent: policy }),
    ...(operator && { operator }),
  };
}

function isAny(names: readonly string[] | undefined): boolean {
  return names?.length === 1 && names[0] === "any";
}

function bound(value: number | undefined): number | undefined {
  return value === Infinity ? undefined : value;
}

function isApi(text: string): text is (typeof APIS)[number] {
  return APIS.some((api) => api === text);
}

/** The description of a key, without its secret. */
function told({
  name,
  created,
  expires,
  models,
  hosts,
  apis,
  limits,
  consent,
  operator,
  secrets,
}: KeyRecord): object {
  const isoTime = (time: number | undefined) =>
    time === undefined ? undefined : new Date(time).toISOString();
  return {
    name,
    created: isoTime(created),
    expires: isoTime(expires),
    models,
    hosts,
    apis,
    limits,
    consent,
    operator,
    secrets: secrets.map(({ id, until }) => ({ id, until: isoTime(until) })),
  };
}

function row(key: KeyRecord): Record<string, string> {
  const { name, created, expires, models, hosts, apis, limits, consent, operator, secrets } = key;
  const expired = expires !== undefined && expires <= Date.now();
  return {
    [say`name`]: name,
    [say`made`]: timeText(created),
    [say`expires`]: expires === undefined ? say`never` : `${timeText(expires)}${expired ? say` (over)` : ""}`,
    [say`models`]: models?.join(", ") ?? say`any`,
    [say`hosts`]: hosts?.join(", ") ?? say`any`,
    [say`apis`]: apis?.join(", ") ?? say`any`,
    [say`limits`]: limitsText(limits),
    [say`consent`]: consent ?? say`as for all`,
    [say`operator`]: operator === true ? say`yes` : say`no`,
    [say`secret`]: `mcptb_${secrets.at(-1)?.id}_…`,
  };
}

function limitsText({
  requestsPerMinute,
  tokensPerMinute,
  requestsPerDay,
  tokensPerDay,
}: Limits = {}): string {
  const texts = [
    [requestsPerMinute, say`requests/minute`],
    [tokensPerMinute, say`tokens/minute`],
    [requestsPerDay, say`requests/day`],
    [tokensPerDay, say`tokens/day`],
  ].flatMap(([limit, unit]) => (limit === undefined ? [] : `${limit} ${unit}`));
  return texts.length === 0 ? say`none` : texts.join(", ");
}

/** Local time, with minutes. */
function timeText(time: number): string {
  const minutes = new Date(time).getTimezoneOffset();
  return new Date(time - minutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

function table(rows: readonly Record<string, string>[]): string[] {
  return aligned([Object.keys(rows[0] ?? {}), ...rows.map((each) => Object.values(each))]);
}

function lookUp({ stateDir }: Place): KeyList | undefined {
  return attempt(() => readKeys(keyFile(stateDir)));
}

async function change({ stateDir }: Place, how: (list: KeyList) => KeyList): Promise<void> {
  await changeKeys(keyFile(stateDir), how).catch((error: unknown) => {
    throw asCliError(error);
  });
}

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw asCliError(error);
  }
}

function asCliError(error: unknown): unknown {
  return error instanceof OwnFileError || error instanceof KeyListError ? new CliError(error.message) : error;
}
