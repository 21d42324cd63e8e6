/** Requests that wait for the person's word, and what was allowed or refused for longer. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { post, reasonOf } from "./api.ts";
import { chime } from "./chime.ts";
import { compact, duration, name } from "./format.ts";
import { ahead, approvals, grants } from "./live.ts";
import { filled, texts } from "./page-texts.ts";
import { Failure } from "./parts.tsx";
import type { Approval, Grant } from "./shapes.ts";

const SOUND_PLACE = "mcptb-sound";
const MINUTES = 15;

export function Approvals() {
  const failure = useSignal("");
  const hasSound = useSignal(localStorage.getItem(SOUND_PLACE) === "on");
  const known = useRef<ReadonlySet<string>>(new Set());
  const waiting = [...approvals.value.values()].toSorted((one, other) => one.askedAt - other.askedAt);
  useEffect(() => {
    const isNew = waiting.some(({ id }) => !known.current.has(id));
    known.current = new Set(waiting.map(({ id }) => id));
    if (isNew && hasSound.value) chime();
    document.title = waiting.length === 0 ? texts.title : `(${waiting.length}) ${texts.title}`;
  }, [approvals.value]);
  const doing = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      failure.value = "";
    } catch (error) {
      failure.value = reasonOf(error);
    }
  };
  const decide = (approval: Approval, decision: "allow" | "deny", remember?: string) =>
    void doing(
      post(`/control/approvals/${encodeURIComponent(approval.id)}`, {
        decision,
        ...(remember !== undefined && { remember }),
      }),
    );
  return (
    <section aria-labelledby="approvals-title">
      <div class="row">
        <h2 id="approvals-title">{texts.approvals}</h2>
        <label class="check">
          <input
            type="checkbox"
            checked={hasSound.value}
            onChange={() => {
              hasSound.value = !hasSound.value;
              localStorage.setItem(SOUND_PLACE, hasSound.value ? "on" : "off");
              if (hasSound.value) chime();
            }}
          />{" "}
          {texts.sound}
        </label>
      </div>
      <p class="hidden" role="status">
        {waiting.length === 0 ? "" : filled(texts.approvalsWait, { n: waiting.length })}
      </p>
      <Failure text={failure.value} />
      {waiting.length === 0 ? <p class="quiet">{texts.noApprovals}</p> : undefined}
      {waiting.map((approval) => (
        <Question key={approval.id} approval={approval} decide={decide} />
      ))}
      {[...grants.value.values()].map((grant) => (
        <GrantLine
          key={grant.id}
          grant={grant}
          end={() => void doing(post(`/control/grants/${encodeURIComponent(grant.id)}/end`))}
        />
      ))}
    </section>
  );
}

function Question(props: {
  readonly approval: Approval;
  readonly decide: (approval: Approval, decision: "allow" | "deny", remember?: string) => void;
}) {
  const { approval, decide } = props;
  const { key, client, host, model, api, system, last, messages, inputTokens, toolCount, tools, media } =
    approval;
  const size = filled(texts.approvalSize, { messages, tokens: compact(inputTokens) });
  return (
    <article class="card asks" aria-label={filled(texts.approvalOf, { who: name(key) })}>
      <h3>
        {name(key)} <small>{client}</small>
      </h3>
      <dl class="pairs">
        <dt>{texts.model}</dt>
        <dd>{filled(texts.modelAtHost, { model, host })}</dd>
        <dt>{texts.size}</dt>
        <dd>
          {size}
          {media === 0 ? undefined : `, ${filled(texts.mediaCount, { n: media })}`} <small>{api}</small>
        </dd>
        {toolCount === 0 ? undefined : (
          <>
            <dt>{texts.tools}</dt>
            <dd>{`${tools.join(", ")}${toolCount > tools.length ? ` ${filled(texts.andMore, { n: toolCount - tools.length })}` : ""}`}</dd>
          </>
        )}
        {system === null ? undefined : (
          <>
            <dt>{texts.system}</dt>
            <dd>{system}</dd>
          </>
        )}
        <dt>{texts.lastWords}</dt>
        <dd class="words">{last}</dd>
      </dl>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => decide(approval, "allow")}>
          {texts.allow}
        </button>
        <button type="button" onClick={() => decide(approval, "allow", `minutes:${MINUTES}`)}>
          {filled(texts.allowMinutes, { n: MINUTES })}
        </button>
        {approval.hasConversation ? (
          <button type="button" onClick={() => decide(approval, "allow", "conversation")}>
            {texts.allowConversation}
          </button>
        ) : undefined}
        <button type="button" class="danger" onClick={() => decide(approval, "deny")}>
          {texts.deny}
        </button>
      </div>
      <p class="quiet">
        {filled(texts.approvalUntil, {
          time: duration(Math.max(0, approval.until - Date.now() - ahead.value)),
        })}
      </p>
    </article>
  );
}

function GrantLine({ grant, end }: { readonly grant: Grant; readonly end: () => void }) {
  const { decision, kind, key, client, host, until, used } = grant;
  const left = duration(Math.max(0, until - Date.now() - ahead.value));
  return (
    <p class="grant">
      <span class={`mark ${decision}`}>{texts.decisions[decision]}</span>{" "}
      {filled(kind === "minutes" ? texts.grantMinutes : texts.grantConversation, {
        who: key ?? client,
        host,
        left,
        used,
      })}{" "}
      <button type="button" class="small" aria-label={`${texts.endGrant}: ${key ?? client}`} onClick={end}>
        {texts.endGrant}
      </button>
    </p>
  );
}
