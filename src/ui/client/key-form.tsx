/** What a key may do, to be filled in: a new one, or one that is there. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useId, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { hosts } from "./live.ts";
import type { KeyState, KeyTerms } from "./key-shapes.ts";
import { texts } from "./page-texts.ts";

const APIS = ["openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama"] as const;
const POLICIES = ["auto", "ask", "conversation", "minutes:15", "deny"] as const;
const DAY_MS = 86_400_000;

const LIMITS = [
  ["requestsPerMinute", "requests minute"],
  ["tokensPerMinute", "tokens minute"],
  ["requestsPerDay", "requests day"],
  ["tokensPerDay", "tokens day"],
] as const;

export function KeyForm(props: {
  readonly known?: KeyState;
  readonly onDone: (name: string, terms: KeyTerms) => Promise<boolean>;
  readonly onLeave: () => void;
}) {
  const { known, onDone, onLeave } = props;
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const isBusy = useSignal(false);
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>("input")?.focus();
  }, []);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form.current === null || isBusy.value) return;
    isBusy.value = true;
    const data = new FormData(form.current);
    await onDone(known?.name ?? written(data, "name"), termsOf(data, known));
    isBusy.value = false;
  };
  return (
    <form
      ref={form}
      class="card form"
      aria-label={known === undefined ? texts.makeKey : `${texts.change}: ${known.name}`}
      onSubmit={(event) => void send(event)}
    >
      {known === undefined ? (
        <Field label={texts.nameWord} hint={texts.keyNameHint}>
          <input
            name="name"
            required
            maxLength={40}
            pattern="[A-Za-z0-9][A-Za-z0-9_.@\-]*"
            autocomplete="off"
          />
        </Field>
      ) : (
        <h3>{known.name}</h3>
      )}
      <Field label={texts.models} hint={texts.modelsHint}>
        <input name="models" autocomplete="off" defaultValue={known?.models?.join(", ") ?? ""} />
      </Field>
      <Field label={texts.hosts} hint={texts.hostsHint}>
        <input
          name="hosts"
          autocomplete="off"
          list={`${id}-hosts`}
          defaultValue={known?.hosts?.join(", ") ?? ""}
        />
        <datalist id={`${id}-hosts`}>
          {hosts.value.map(({ label }) => (
            <option key={label} value={label} />
          ))}
        </datalist>
      </Field>
      <Field label={texts.expires} hint={texts.expiresHint}>
        <input
          name="days"
          type="number"
          min={1}
          max={3650}
          step={1}
          inputMode="numeric"
          placeholder={texts.never}
          defaultValue={daysLeft(known)}
        />
      </Field>
      <Field label={texts.consentAsked} hint={texts.consentHint}>
        <select name="consent" defaultValue={known?.consent ?? ""}>
          <option value="">{texts.asTheBridge}</option>
          {[...new Set([...POLICIES, ...(known?.consent === undefined ? [] : [known.consent])])].map(
            (policy) => (
              <option key={policy} value={policy} selected={policy === known?.consent}>
                {texts.policies[policy as "auto"] ?? policy}
              </option>
            ),
          )}
        </select>
      </Field>
      <fieldset>
        <legend>{texts.apis}</legend>
        {APIS.map((api) => (
          <label key={api} class="check">
            <input
              type="checkbox"
              name="apis"
              value={api}
              defaultChecked={known?.apis === undefined || known.apis.includes(api)}
            />{" "}
            {api}
          </label>
        ))}
      </fieldset>
      <fieldset class="limits">
        <legend>{texts.limits}</legend>
        {LIMITS.map(([limit, text]) => (
          <Field key={limit} label={texts.limitNames[text] ?? text}>
            <input
              name={limit}
              type="number"
              min={1}
              max={1e12}
              step={1}
              inputMode="numeric"
              placeholder={texts.none}
              defaultValue={known?.limits?.[limit] ?? ""}
            />
          </Field>
        ))}
        <p class="quiet">{texts.limitsHint}</p>
      </fieldset>
      <div class="buttons">
        <button class="primary" disabled={isBusy.value}>
          {known === undefined ? texts.makeKey : texts.save}
        </button>
        <button type="button" onClick={onLeave}>
          {texts.leave}
        </button>
      </div>
    </form>
  );
}

function Field(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      {props.children}
      {props.hint === undefined ? undefined : <small>{props.hint}</small>}
    </label>
  );
}

function daysLeft(known: KeyState | undefined): number | "" {
  return known?.expires === undefined ? "" : Math.max(1, Math.ceil((known.expires - Date.now()) / DAY_MS));
}

function written(data: FormData, field: string): string {
  const value = data.get(field);
  return typeof value === "string" ? value.trim() : "";
}

function termsOf(data: FormData, known: KeyState | undefined): KeyTerms {
  const names = (field: string): string[] =>
    written(data, field)
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  const count = (field: string): number | undefined => {
    const text = written(data, field);
    return text === "" ? undefined : Number(text);
  };
  const [models, hosts, days] = [names("models"), names("hosts"), count("days")];
  const apis = APIS.filter((api) => data.getAll("apis").includes(api));
  const limits = Object.fromEntries(
    LIMITS.flatMap(([limit]) => {
      const value = count(limit);
      return value === undefined ? [] : [[limit, value]];
    }),
  );
  const consent = written(data, "consent");
  // Days that were not touched leave the time as it was.
  const expires =
    days === daysLeft(known) ? known?.expires : days === undefined ? undefined : Date.now() + days * DAY_MS;
  return {
    ...(models.length > 0 && { models }),
    ...(hosts.length > 0 && { hosts }),
    ...(apis.length > 0 && apis.length < APIS.length && { apis }),
    ...(expires !== undefined && { expires }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(consent !== "" && { consent: consent as NonNullable<KeyTerms["consent"]> }),
    ...(known?.operator === true && { operator: true as const }),
  };
}
