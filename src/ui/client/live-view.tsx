/** What goes on now: figures, what waits for an answer, requests as they run, hosts. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, reasonOf } from "./api.ts";
import { Approvals } from "./approvals.tsx";
import { compact, number } from "./format.ts";
import { LiveHosts } from "./live-hosts.tsx";
import { LiveRequests } from "./live-requests.tsx";
import { connection, hosts, requests, state } from "./live.ts";
import { texts } from "./page-texts.ts";
import { Failure, Figure } from "./parts.tsx";

export function LiveView() {
  return (
    <>
      <Halt />
      {connection.value === "lost" ? <Failure text={texts.streamLost} /> : undefined}
      <dl class="figures">
        <Figure label={texts.running} value={number(running())} />
        <Figure label={texts.waiting} value={number(requests.value.size - running())} />
        <Figure label={texts.outputSoFar} value={compact(output())} note={texts.tokensWord} />
        <Figure label={texts.hosts} value={number(hosts.value.length)} />
      </dl>
      <Approvals />
      <LiveRequests />
      <LiveHosts />
    </>
  );
}

function running(): number {
  return [...requests.value.values()].filter(
    (request) => request.state === "host" || request.state === "answering",
  ).length;
}

function output(): number {
  return [...requests.value.values()].reduce((sum, { outputTokens }) => sum + outputTokens, 0);
}

/** The button that stops everything, where a person finds it at once. */
function Halt() {
  const failure = useSignal("");
  const stopped = state.value?.stopped === true;
  const turn = async (): Promise<void> => {
    try {
      state.value = await post(`/control/${stopped ? "resume" : "stop"}`);
      failure.value = "";
    } catch (error) {
      failure.value = reasonOf(error);
    }
  };
  useEffect(() => {
    document.body.classList.toggle("stopped", stopped);
    return () => document.body.classList.remove("stopped");
  }, [stopped]);
  return (
    <section class="halt" aria-label={texts.stopEverything}>
      <p role="status">{stopped ? texts.isStopped : texts.stopMeans}</p>
      <button type="button" class={stopped ? "" : "danger"} onClick={() => void turn()}>
        {stopped ? texts.goOn : texts.stopEverything}
      </button>
      <Failure text={failure.value} />
    </section>
  );
}
