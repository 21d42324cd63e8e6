/** One request's story: what was asked of whom, what was made of it, where it went, and how it ended. */
import type { KeptRequest } from "../../control/history/queries.ts";
import { clock, duration, name, NONE, number } from "./format.ts";
import { filled, texts } from "./page-texts.ts";

export function Story({ request }: { readonly request: KeptRequest }) {
  const { at, ms, id, route, stream, key, client, asked, model, tried, firstMs, notices, status, error } =
    request;
  const { inputTokens, cachedTokens, outputTokens, estimated } = request;
  const way =
    route === null ? request.api : `${route} (${stream === true ? texts.streamed : texts.inOnePiece})`;
  return (
    <ol class="story">
      <li>
        <b>{clock(at - ms)}</b>
        <span>
          {filled(texts.storyAsked, { who: name(key), client: client === "" ? NONE : client, asked, way })}
        </span>
      </li>
      {notices.length === 0 ? undefined : (
        <li>
          <b />
          <span>
            {texts.storyNotices}{" "}
            {notices.map((notice) => (
              <code key={notice}>{notice}</code>
            ))}
          </span>
        </li>
      )}
      {tried.length === 0 ? (
        <li>
          <b />
          <span>{texts.storyNoHost}</span>
        </li>
      ) : undefined}
      {tried.map((host, index) => (
        <li key={`${host} ${index}`}>
          <b />
          <span>{filled(index === 0 ? texts.storyHost : texts.storyAnother, { host })}</span>
        </li>
      ))}
      {firstMs === null ? undefined : (
        <li>
          <b>{`+${duration(firstMs)}`}</b>
          <span>{filled(texts.storyFirst, { model: model ?? asked })}</span>
        </li>
      )}
      <li>
        <b>{`+${duration(ms)}`}</b>
        <span>
          {error === null ? filled(texts.storyEnd, { status }) : filled(texts.storyFailed, { status, error })}{" "}
          {inputTokens === null && outputTokens === null
            ? texts.storyNoTokens
            : filled(estimated ? texts.storyEstimated : texts.storyTokens, {
                in: number(inputTokens),
                cached: number(cachedTokens ?? 0),
                out: number(outputTokens),
              })}
        </span>
      </li>
      {id === null ? undefined : (
        <li>
          <b />
          <span class="quiet">{filled(texts.storyId, { id })}</span>
        </li>
      )}
    </ol>
  );
}
