import { RawConnection, rawRequest, type RawReply } from "../../support/bridge/raw-http.ts";
import { chat, raw, type LimitCase, type Target } from "../case.ts";

/** Connections and requests as no ordinary client makes them. */
const JSON_TYPE = { "content-type": "application/json" } as const;
const CHAT = "POST /v1/chat/completions";

async function told({ url }: Target, bytes: string | Uint8Array): Promise<RawReply> {
  const connection = await RawConnection.open(url);
  try {
    connection.send(bytes);
    return await connection.reply();
  } finally {
    connection.cut();
  }
}

function wanted({ status, body }: RawReply, ...statuses: readonly number[]): void {
  if (!statuses.includes(status))
    throw new Error(`Wanted ${statuses.join(" or ")}, got ${status}: ${body.slice(0, 300)}`);
}

/** Sends many requests on one connection before the first is answered, and reads all answers. */
async function pipelined(
  { url }: Target,
  request: string,
  count: number,
  ...statuses: number[]
): Promise<void> {
  const connection = await RawConnection.open(url);
  try {
    connection.send(request.repeat(count));
    for (let index = 0; index < count; index += 1) wanted(await connection.reply(), ...statuses);
  } finally {
    connection.cut();
  }
}

/** Opens connections, sends on each what never becomes a request, and asks once more when all are there. */
async function held({ url }: Target, count: number, bytes: string): Promise<void> {
  const connections = await Promise.all(Array.from({ length: count }, () => RawConnection.open(url)));
  for (const connection of connections) connection.send(bytes);
  wanted(await told({ url } as Target, rawRequest("GET /health")), 200);
  for (const connection of connections) connection.cut();
}

const body = (size: number): string =>
  chat({ messages: [{ role: "user", content: "a".repeat(size + 1) }] }).body;

const CONNECTIONS: readonly LimitCase[] = [
  {
    name: "very many requests on one connection before the first answer",
    size: 10_000,
    act: (bridge, size) => pipelined(bridge, rawRequest("GET /health"), size, 200),
  },
  {
    name: "more turns on one connection than there may be",
    size: 1500,
    act: (bridge, size) => pipelined(bridge, rawRequest(CHAT, JSON_TYPE, chat({}).body), size, 200, 429, 503),
  },
  { name: "connections that say nothing", size: 800, act: (bridge, size) => held(bridge, size, "") },
  {
    name: "connections whose headers never end",
    size: 800,
    act: (bridge, size) => held(bridge, size, "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx: "),
  },
  {
    name: "connections whose bodies never come",
    size: 800,
    act: (bridge, size) =>
      held(bridge, size, rawRequest(CHAT, { ...JSON_TYPE, "content-length": "30000000" })),
  },
  {
    name: "connections that wait to be told to go on, and do not",
    size: 800,
    act: (bridge, size) =>
      held(
        bridge,
        size,
        rawRequest(CHAT, { ...JSON_TYPE, "content-length": "30000000", expect: "100-continue" }),
      ),
  },
];

const chunked = (chunks: string): string =>
  rawRequest(CHAT, { ...JSON_TYPE, "transfer-encoding": "chunked" }, chunks);

const BODIES: readonly LimitCase[] = [
  {
    name: "a body in chunks of one byte",
    size: 1_000_000,
    async act(bridge, size) {
      const chunks = Array.from(body(0), (sign) => `1\r\n${sign}\r\n`).join("");
      wanted(await told(bridge, chunked(`${"1\r\n \r\n".repeat(size)}${chunks}0\r\n\r\n`)), 200);
    },
  },
  {
    name: "chunks with extensions",
    size: 15_000,
    async act(bridge, size) {
      wanted(await told(bridge, chunked(`1;${"a".repeat(size)}\r\n{\r\n0\r\n\r\n`)), 400, 413);
    },
  },
  {
    name: "trailers",
    size: 1_000_000,
    async act(bridge, size) {
      const text = body(0);
      const trailers = "x: y\r\n".repeat(size / 6);
      const reply = await told(
        bridge,
        chunked(`${text.length.toString(16)}\r\n${text}\r\n0\r\n${trailers}\r\n`),
      );
      wanted(reply, 200, 400, 431);
    },
  },
  {
    name: "less than was announced",
    size: 10_000_000,
    async act({ url }, size) {
      const connection = await RawConnection.open(url);
      connection.send(rawRequest(CHAT, { ...JSON_TYPE, "content-length": String(size) }, body(size / 2)));
      connection.socket.end();
      await connection.closed;
    },
  },
  {
    name: "more than was announced",
    size: 10_000_000,
    async act({ url }, size) {
      const text = body(0);
      const connection = await RawConnection.open(url);
      connection.send(rawRequest(CHAT, { ...JSON_TYPE, "content-length": String(text.length) }, text));
      connection.send("x".repeat(size));
      // What follows is no request: its sender may find the connection reset before it has read an answer.
      await connection.reply().then(
        (reply) => wanted(reply, 200, 400),
        () => undefined,
      );
      connection.cut();
    },
  },
  {
    name: "a compressed body",
    size: 1_000_000,
    request: (size) => ({
      ...raw("/v1/messages", "\u001F".repeat(size)),
      headers: { "content-encoding": "gzip" },
    }),
    comes: { status: 415 },
  },
];

const get = (target: string, headers = {}): string => rawRequest(`GET ${target}`, headers);

const HEADS: readonly (readonly [
  name: string,
  size: number,
  statuses: readonly number[],
  (size: number) => string,
])[] = [
  [
    "very many headers",
    1500,
    [200],
    (size) => `GET /health HTTP/1.1\r\nhost: localhost\r\n${"a: b\r\n".repeat(size)}\r\n`,
  ],
  [
    "one header over and over",
    900,
    [200, 401],
    (size) => `GET /v1/models HTTP/1.1\r\nhost: localhost\r\n${"x-api-key: a\r\n".repeat(size)}\r\n`,
  ],
  ["headers without end", 1_000_000, [200, 431], (size) => get("/health", { x: "y".repeat(size) })],
  ["a query of very many members", 15_000, [200], (size) => get(`/v1/models?${"a&".repeat(size / 2)}`)],
  [
    "a query of percent signs",
    15_000,
    [200, 404],
    (size) => get(`/v1/responses/x/input_items?after=${"%".repeat(size)}`),
  ],
  ["a path of percent signs", 15_000, [200, 400, 404], (size) => get(`/v1/models/${"%".repeat(size)}`)],
  [
    "a path of bytes that are no text",
    15_000,
    [400, 404],
    (size) => get(`/v1/models/${"%ff".repeat(size / 3)}`),
  ],
  ["a path of slashes", 15_000, [200, 400, 404], (size) => get(`/v1/models/${"/".repeat(size)}`)],
  [
    "a path of encoded slashes",
    15_000,
    [400, 404],
    (size) => get(`/v1/responses/${"%2f".repeat(size / 3)}/input_items`),
  ],
  ["a path of dots", 15_000, [400, 403, 404], (size) => get(`/${"../".repeat(size / 3)}health`)],
  [
    "a whole URL of another host",
    15_000,
    [403],
    (size) => get(`http://${"a.".repeat(size / 2)}evil.example/health`),
  ],
  [
    "a whole URL with a person in it",
    15_000,
    [200, 400, 403],
    (size) => get(`http://${"a:@".repeat(size / 3)}localhost/health`),
  ],
  [
    "a Host of brackets",
    15_000,
    [400, 403],
    (size) => `GET /health HTTP/1.1\r\nhost: ${"[".repeat(size)}\r\n\r\n`,
  ],
  ["an Origin of colons", 15_000, [403], (size) => get("/health", { origin: `http://${":".repeat(size)}` })],
  [
    "a key of blanks",
    15_000,
    [200, 401],
    (size) => get("/v1/models", { authorization: `Bearer ${"a ".repeat(size / 2)}` }),
  ],
  [
    "a type of semicolons",
    15_000,
    [400, 415],
    (size) => rawRequest(CHAT, { "content-type": `application/json${"; a=b".repeat(size / 5)}` }, "{}"),
  ],
  [
    "a name of a host that every object has",
    1,
    [404],
    () => rawRequest(CHAT, { ...JSON_TYPE, "x-mcp-host": "__proto__" }, chat({}).body),
  ],
  ["a page's language of commas", 15_000, [200], (size) => get(`/?lang=${",".repeat(size)}`)],
  [
    "languages without end",
    15_000,
    [200],
    (size) => get("/", { "accept-language": "fr;q=0.5,".repeat(size / 9) }),
  ],
  [
    "a stored answer's name of escapes",
    15_000,
    [404],
    (size) => get(`/v1/responses/${"%2F".repeat(size / 3)}`),
  ],
  [
    "a host's label of escapes",
    15_000,
    [403, 404],
    (size) => rawRequest(`POST /hosts/${"%F0%9F%98%80".repeat(size / 12)}/drain`),
  ],
  ["half a character in a host's label", 1, [400, 403, 404], () => rawRequest("POST /hosts/%F0%9F/drain")],
  ["an older version of HTTP", 1, [200], () => "GET /health HTTP/1.0\r\nhost: localhost\r\n\r\n"],
];

export const cases: readonly LimitCase[] = [
  ...CONNECTIONS,
  ...BODIES,
  ...HEADS.map(([name, size, statuses, request]): LimitCase => ({
    name: `a request with ${name}`,
    size,
    small: Math.min(size, 300),
    async act(bridge, at) {
      wanted(await told(bridge, request(at)), ...statuses);
    },
  })),
];
