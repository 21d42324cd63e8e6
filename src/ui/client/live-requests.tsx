/** Requests as they run, with a way to end each. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, reasonOf } from "./api.ts";
import { compact, duration, name } from "./format.ts";
import { ahead, connection, requests } from "./live.ts";
import { filled, texts } from "./page-texts.ts";
import { Empty, Failure, Table } from "./parts.tsx";
import type { LiveRequest } from "./shapes.ts";

const TICK_MS = 1000;

export function LiveRequests() {
  const failure = useSignal("");
  const now = useSignal(Date.now());
  const isAny = requests.value.size > 0;
  useEffect(() => {
    if (!isAny) return undefined;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isAny]);
  const cancel = async ({ id }: LiveRequest): Promise<void> => {
    try {
      await post(`/control/requests/${encodeURIComponent(id)}/cancel`);
      failure.value = "";
    } catch (error) {
      failure.value = reasonOf(error);
    }
  };
  const newest = [...requests.value.values()].toSorted((one, other) => other.since - one.since);
  return (
    <section aria-labelledby="requests-title">
      <h2 id="requests-title">{texts.requests}</h2>
      <Failure text={failure.value} />
      {newest.length === 0 ? (
        <Empty title={connection.value === "connecting" ? texts.checking : texts.noRequests}>
          {texts.noRequestsHint}
        </Empty>
      ) : (
        <Table
          label={texts.requests}
          titles={[
            texts.state,
            texts.key,
            texts.model,
            texts.host,
            texts.time,
            texts.firstToken,
            texts.tokens,
            texts.action,
          ]}
        >
          {newest.map((request) => (
            <Row key={request.id} request={request} now={now.value + ahead.value} cancel={cancel} />
          ))}
        </Table>
      )}
    </section>
  );
}

function Row(props: {
  readonly request: LiveRequest;
  readonly now: number;
  readonly cancel: (request: LiveRequest) => Promise<void>;
}) {
  const { request, now, cancel } = props;
  const { key, client, asked, model, host, since, firstMs, inputTokens, outputTokens } = request;
  return (
    <tr>
      <td>
        <span class={`mark ${request.state}`}>{texts.states[request.state]}</span>
      </td>
      <td>
        {name(key)}
        <small>{client}</small>
      </td>
      <td>
        {model ?? asked}
        <small>{request.api}</small>
      </td>
      <td>{name(host)}</td>
      <td class="number">{duration(Math.max(0, now - since))}</td>
      <td class="number">{duration(firstMs)}</td>
      <td class="number">{filled(texts.inOut, { in: compact(inputTokens), out: compact(outputTokens) })}</td>
      <td>
        <button
          type="button"
          class="small"
          aria-label={`${texts.cancel}: ${name(key)}, ${asked}`}
          onClick={() => void cancel(request)}
        >
          {texts.cancel}
        </button>
      </td>
    </tr>
  );
}
