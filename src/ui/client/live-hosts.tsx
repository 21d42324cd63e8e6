/** The hosts: what each has to do, whether its person has agreed, and whether it gets new requests. */
import { useSignal } from "@preact/signals";
import { post, reasonOf } from "./api.ts";
import { number } from "./format.ts";
import { connection, hosts } from "./live.ts";
import { filled, texts } from "./page-texts.ts";
import { Empty, Failure } from "./parts.tsx";
import type { HostState } from "./shapes.ts";

const SHOWN_MODELS = 6;

export function LiveHosts() {
  const failure = useSignal("");
  const drain = async ({ label, draining }: HostState): Promise<void> => {
    try {
      await post(`/hosts/${encodeURIComponent(label)}/${draining ? "resume" : "drain"}`);
      failure.value = "";
    } catch (error) {
      failure.value = reasonOf(error);
    }
  };
  return (
    <section aria-labelledby="live-hosts-title">
      <h2 id="live-hosts-title">{texts.hosts}</h2>
      <Failure text={failure.value} />
      {hosts.value.length === 0 ? (
        <Empty title={connection.value === "connecting" ? texts.checking : texts.noHosts}>
          {texts.steps[0]}
        </Empty>
      ) : (
        <ul class="cards">
          {hosts.value.map((host) => (
            <Host key={host.id} host={host} drain={drain} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Host(props: { readonly host: HostState; readonly drain: (host: HostState) => Promise<void> }) {
  const { host, drain } = props;
  const { label, running, queued, slots, models } = host;
  const room = slots === undefined ? "" : ` / ${number(slots)}`;
  return (
    <li class="card">
      <h3>
        {label} <small>{`${host.name} ${host.version}`.trim()}</small>
      </h3>
      <p class={`mark ${stateOf(host)}`}>{texts.hostStates[stateOf(host)]}</p>
      <dl class="pairs">
        <dt>{texts.running}</dt>
        <dd class="number">{`${number(running)}${room}`}</dd>
        <dt>{texts.waiting}</dt>
        <dd class="number">{number(queued)}</dd>
        <dt>{texts.consentWord}</dt>
        <dd>{texts.consents[host.consent]}</dd>
        <dt>{texts.models}</dt>
        <dd>
          {models.length === 0 ? texts.noModels : models.slice(0, SHOWN_MODELS).join(", ")}
          {models.length > SHOWN_MODELS
            ? ` ${filled(texts.andMore, { n: models.length - SHOWN_MODELS })}`
            : undefined}
        </dd>
      </dl>
      {host.consent === "waiting" ? <p class="notice">{texts.consent}</p> : undefined}
      <button
        type="button"
        class="small"
        title={host.draining ? undefined : texts.drainMeans}
        aria-label={`${host.draining ? texts.undrain : texts.drain}: ${label}`}
        onClick={() => void drain(host)}
      >
        {host.draining ? texts.undrain : texts.drain}
      </button>
    </li>
  );
}

function stateOf(host: HostState): "lends" | "lendsNot" | "draining" | "failing" {
  if (!host.canSample) return "lendsNot";
  if (host.draining) return "draining";
  return host.failing ? "failing" : "lends";
}
