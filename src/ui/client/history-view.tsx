/** Requests that are over: looked for, and one by one. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { KeptRequest, RequestsPage } from "../../control/history/queries.ts";
import { askJson, reasonOf } from "./api.ts";
import { compact, dateTime, duration, name } from "./format.ts";
import { texts } from "./page-texts.ts";
import { Empty, Failure, Table } from "./parts.tsx";
import { Story } from "./story.tsx";

const TYPING_MS = 250;
const APIS = ["openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama"] as const;

interface Filter {
  readonly text: string;
  readonly outcome: string;
  readonly api: string;
}

/** Kept while another view is looked at. */
const filter = signal<Filter>({ text: "", outcome: "", api: "" });

export function HistoryView() {
  const page = useSignal<(RequestsPage & { readonly kept: string }) | undefined>(undefined);
  const failure = useSignal("");
  const opened = useSignal<KeptRequest | undefined>(undefined);
  const look = async (before?: string, signal?: AbortSignal): Promise<void> => {
    const wanted = Object.entries({ ...filter.value, before: before ?? "" }).filter(
      ([, value]) => value !== "",
    );
    try {
      const found = await askJson<RequestsPage & { readonly kept: string }>(
        `/control/history/requests?${new URLSearchParams(wanted)}`,
        signal === undefined ? {} : { signal },
      );
      const shown = before === undefined ? [] : (page.value?.requests ?? []);
      page.value = { ...found, requests: [...shown, ...found.requests] };
      failure.value = "";
    } catch (error) {
      if (signal?.aborted !== true) failure.value = reasonOf(error);
    }
  };
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(
      () => void look(undefined, leaving.signal),
      page.value === undefined ? 0 : TYPING_MS,
    );
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [filter.value]);
  const set = (part: Partial<Filter>): void => {
    filter.value = { ...filter.value, ...part };
  };
  const isFiltered = Object.values(filter.value).some((value) => value !== "");
  const requests = page.value?.requests;
  return (
    <>
      <form
        class="row filters"
        role="search"
        aria-label={texts.history}
        onSubmit={(event) => event.preventDefault()}
      >
        <label class="field grow">
          <span>{texts.search}</span>
          <input
            type="search"
            value={filter.value.text}
            placeholder={texts.searchHint}
            onInput={(event) => set({ text: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>{texts.outcome}</span>
          <select
            value={filter.value.outcome}
            onChange={(event) => set({ outcome: event.currentTarget.value })}
          >
            <option value="">{texts.every}</option>
            <option value="complete">{texts.answered}</option>
            <option value="failed">{texts.failed}</option>
          </select>
        </label>
        <label class="field">
          <span>{texts.api}</span>
          <select value={filter.value.api} onChange={(event) => set({ api: event.currentTarget.value })}>
            <option value="">{texts.every}</option>
            {APIS.map((api) => (
              <option key={api} value={api}>
                {api}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Failure text={failure.value} again={() => void look()} />
      {page.value?.kept === "memory" ? <p class="notice">{texts.inMemory}</p> : undefined}
      {requests === undefined ? (
        <p class="quiet">{failure.value === "" ? texts.checking : ""}</p>
      ) : requests.length === 0 ? (
        <Empty title={isFiltered ? texts.nothingFound : texts.nothingYet}>
          {typeof page.value?.next === "string"
            ? texts.nothingFoundYet
            : isFiltered
              ? texts.nothingFoundHint
              : texts.nothingYetHint}
        </Empty>
      ) : (
        <Requests
          requests={requests}
          opened={opened.value}
          onOpen={(request) => {
            opened.value = opened.value === request ? undefined : request;
          }}
        />
      )}
      {typeof page.value?.next === "string" ? (
        <button type="button" onClick={() => void look(page.value?.next ?? undefined)}>
          {texts.older}
        </button>
      ) : undefined}
    </>
  );
}

function Requests(props: {
  readonly requests: readonly KeptRequest[];
  readonly opened: KeptRequest | undefined;
  readonly onOpen: (request: KeptRequest) => void;
}) {
  const titles = [
    texts.time,
    texts.outcome,
    texts.key,
    texts.model,
    texts.host,
    texts.tokens,
    texts.firstToken,
    texts.duration,
  ];
  return (
    <Table label={texts.history} titles={titles}>
      {props.requests.flatMap((request, index) => {
        const isOpen = request === props.opened;
        const key = `${request.id ?? request.at}-${index}`;
        return [
          <tr key={key}>
            <td>
              <button type="button" class="link" aria-expanded={isOpen} onClick={() => props.onOpen(request)}>
                {dateTime(request.at)}
              </button>
            </td>
            <td>
              <span class={`mark ${isFailed(request) ? "failed" : "complete"}`}>
                {request.error ?? request.status}
              </span>
            </td>
            <td>
              {name(request.key)}
              <small>{request.client}</small>
            </td>
            <td>
              {request.model ?? request.asked}
              <small>{request.api}</small>
            </td>
            <td>{name(request.host)}</td>
            <td class="number">
              {texts.inOut
                .replace("{in}", compact(request.inputTokens))
                .replace("{out}", compact(request.outputTokens))}
            </td>
            <td class="number">{duration(request.firstMs)}</td>
            <td class="number">{duration(request.ms)}</td>
          </tr>,
          ...(isOpen
            ? [
                <tr key={`${key}-story`} class="story">
                  <td colSpan={titles.length}>
                    <Story request={request} />
                  </td>
                </tr>,
              ]
            : []),
        ];
      })}
    </Table>
  );
}

export function isFailed({ error, status }: KeptRequest): boolean {
  return error !== null || status >= 400;
}
