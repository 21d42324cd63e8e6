/** The keys: each with what it may do and has left; made, changed, given another secret, and ended. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askJson, post, reasonOf } from "./api.ts";
import { compact, dateTime, duration, NONE, number } from "./format.ts";
import { KeyForm } from "./key-form.tsx";
import { filled, texts } from "./page-texts.ts";
import { Empty, Failure, Sure } from "./parts.tsx";
import type { KeyState, KeyTerms } from "./key-shapes.ts";

const GRACE_MS = 86_400_000;
const list = signal<{ readonly areNeeded: boolean; readonly keys: readonly KeyState[] } | undefined>(
  undefined,
);

export function KeysView() {
  const failure = useSignal("");
  const secret = useSignal<{ readonly name: string; readonly text: string } | undefined>(undefined);
  const edited = useSignal<string | undefined>(undefined);
  const doing = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      list.value = await askJson("/control/keys");
      failure.value = "";
      return true;
    } catch (error) {
      failure.value = reasonOf(error);
      return false;
    }
  };
  useEffect(() => {
    void doing(async () => undefined);
  }, []);
  const make = (name: string, terms: KeyTerms): Promise<boolean> =>
    doing(async () => {
      const made = await post<{ readonly secret: string }>("/control/keys", { name, terms });
      secret.value = { name, text: made.secret };
      edited.value = undefined;
    });
  const change = (name: string, terms: KeyTerms): Promise<boolean> =>
    doing(async () => {
      await post(`/control/keys/${encodeURIComponent(name)}/terms`, { terms });
      edited.value = undefined;
    });
  const rotate = (name: string): Promise<boolean> =>
    doing(async () => {
      const path = `/control/keys/${encodeURIComponent(name)}/rotate`;
      const made = await post<{ readonly secret: string }>(path, { graceMs: GRACE_MS });
      secret.value = { name, text: made.secret };
    });
  const revoke = (name: string): Promise<boolean> =>
    doing(() => post(`/control/keys/${encodeURIComponent(name)}/revoke`));
  const keys = list.value?.keys ?? [];
  return (
    <>
      <div class="row">
        <h2>{texts.keys}</h2>
        {edited.value === "" ? undefined : (
          <button
            type="button"
            class="primary"
            onClick={() => {
              edited.value = "";
              secret.value = undefined;
            }}
          >
            {texts.makeKey}
          </button>
        )}
      </div>
      <Failure text={failure.value} />
      {secret.value === undefined ? undefined : (
        <Secret
          {...secret.value}
          onDone={() => {
            secret.value = undefined;
          }}
        />
      )}
      {edited.value === "" ? (
        <>
          {list.value?.areNeeded === false ? <p class="notice">{texts.firstKeyMeans}</p> : undefined}
          <KeyForm
            onDone={make}
            onLeave={() => {
              edited.value = undefined;
            }}
          />
        </>
      ) : undefined}
      {keys.length === 0 && edited.value !== "" ? (
        <Empty title={list.value === undefined ? texts.checking : texts.noKeys}>{texts.noKeysHint}</Empty>
      ) : undefined}
      <ul class="cards">
        {keys.map((key) =>
          edited.value === key.name ? (
            <li key={key.id} class="card">
              <KeyForm
                known={key}
                onDone={change}
                onLeave={() => {
                  edited.value = undefined;
                }}
              />
            </li>
          ) : (
            <li key={key.id} class="card">
              <Key key_={key} />
              <div class="buttons">
                <button
                  type="button"
                  class="small"
                  aria-label={`${texts.change}: ${key.name}`}
                  onClick={() => {
                    edited.value = key.name;
                  }}
                >
                  {texts.change}
                </button>
                <Sure
                  text={texts.rotate}
                  question={texts.rotateSure}
                  label={key.name}
                  onSure={() => void rotate(key.name)}
                />
                <Sure
                  text={texts.revoke}
                  question={texts.revokeSure}
                  label={key.name}
                  onSure={() => void revoke(key.name)}
                />
              </div>
            </li>
          ),
        )}
      </ul>
    </>
  );
}

function Secret(props: { readonly name: string; readonly text: string; readonly onDone: () => void }) {
  const isCopied = useSignal(false);
  return (
    <div class="notice secret" role="status">
      <p>{filled(texts.secretOnce, { name: props.name })}</p>
      <code id="secret">{props.text}</code>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          onClick={() =>
            void navigator.clipboard.writeText(props.text).then(
              () => {
                isCopied.value = true;
              },
              () => getSelection()?.selectAllChildren(document.getElementById("secret") ?? document.body),
            )
          }
        >
          {isCopied.value ? texts.copied : texts.copy}
        </button>
        <button type="button" onClick={props.onDone}>
          {texts.secretKept}
        </button>
      </div>
    </div>
  );
}

function Key({ key_: key }: { readonly key_: KeyState }) {
  const { name, created, expires, models, hosts, apis, consent, operator, rates } = key;
  const isOver = expires !== undefined && expires <= Date.now();
  return (
    <>
      <h3>
        {name} {operator === true ? <span class="mark operator">{texts.operator}</span> : undefined}{" "}
        {isOver ? <span class="mark failed">{texts.expired}</span> : undefined}
      </h3>
      <dl class="pairs">
        <dt>{texts.models}</dt>
        <dd>{models?.join(", ") ?? texts.any}</dd>
        <dt>{texts.hosts}</dt>
        <dd>{hosts?.join(", ") ?? texts.any}</dd>
        <dt>{texts.apis}</dt>
        <dd>{apis?.join(", ") ?? texts.any}</dd>
        <dt>{texts.consentAsked}</dt>
        <dd>{consent === undefined ? texts.asTheBridge : (texts.policies[consent as "auto"] ?? consent)}</dd>
        <dt>{texts.expires}</dt>
        <dd>{expires === undefined ? texts.never : dateTime(expires)}</dd>
        <dt>{texts.made}</dt>
        <dd>{dateTime(created)}</dd>
      </dl>
      {rates.length === 0 ? <p class="quiet">{texts.noLimits}</p> : undefined}
      {rates.map(({ of, span, limit, left, renewsInMs }) => {
        const label = texts.limitNames[`${of} ${span}`] ?? `${of} ${span}`;
        return (
          <div key={label} class="limit">
            <span>{label}</span>
            <span class="number">
              {filled(texts.leftOf, { left: compact(Math.floor(left)), limit: compact(limit) })}
            </span>
            <progress
              max={limit}
              value={limit - left}
              aria-label={filled(texts.usedOf, { used: number(limit - left), what: label })}
            />
            <small>{left === limit ? NONE : filled(texts.renewsIn, { time: duration(renewsInMs) })}</small>
          </div>
        );
      })}
    </>
  );
}
