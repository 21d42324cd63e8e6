import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, loadConfig, type Sources } from "../../../src/config/load.ts";
import { type Config, configSchema, OPTIONS } from "../../../src/config/settings.ts";
import { verifies } from "../../support/verifies.ts";

const folder = mkdtempSync(path.join(tmpdir(), "mcptb-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(text: string): string {
  files += 1;
  const name = path.join(folder, `config-${files}.jsonc`);
  writeFileSync(name, text);
  return name;
}

function load(sources: Partial<Sources>): Config {
  return loadConfig({ flags: {}, env: {}, ...sources });
}

function complaint(sources: Partial<Sources>): string {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("The configuration was accepted.");
}

test("the defaults stand in the schema", () => {
  expect(load({})).toEqual(configSchema.parse({}));
  expect(load({})).toMatchObject({ host: "127.0.0.1", port: 8000, apiKey: [], logLevel: "info" });
});

verifies(
  "person.precedence",
  "a flag wins over the environment, that over the file, that over the default",
  () => {
    const config = file(`{ "port": 1, "maxTokens": 1, "peekMs": 1, "heartbeatMs": 100 }`);
    const { port, maxTokens, peekMs, heartbeatMs, stallMs } = load({
      flags: { port: "3" },
      env: { MCPTB_PORT: "2", MCPTB_MAX_TOKENS: "2", MCPTB_PEEK_MS: "" },
      file: config,
    });
    expect({ port, maxTokens, peekMs, heartbeatMs, stallMs }).toEqual({
      port: 3,
      maxTokens: 2,
      peekMs: 1,
      heartbeatMs: 100,
      stallMs: 30_000,
    });
  },
);

verifies(
  "person.every-setting",
  "each setting has a flag, a variable, a description and a stated set of values",
  () => {
    for (const [name, option] of Object.entries(OPTIONS)) {
      expect(option.description).toMatch(/^[A-Z].*\.$/);
      expect(configSchema.shape[name as keyof Config].description).toBeTruthy();
    }
  },
);

verifies("person.every-setting", "the names that others have written down stay as they are", () => {
  const { host, httpTimeout, prefIntelligence, apiKeyFile, bodyLimitMb, mcpHttp } = OPTIONS;
  expect([host.flag, host.env]).toEqual(["--host", "MCPTB_HOST"]);
  expect([httpTimeout.flag, httpTimeout.env]).toEqual(["--http-timeout", "MCPTB_HTTP_TIMEOUT"]);
  expect(prefIntelligence.env).toBe("MCPTB_PREF_INTELLIGENCE");
  expect([apiKeyFile.flag, apiKeyFile.env]).toEqual(["--api-key-file", "MCPTB_API_KEY_FILE"]);
  expect([bodyLimitMb.flag, bodyLimitMb.env]).toEqual(["--body-limit-mb", "MCPTB_BODY_LIMIT_MB"]);
  expect(mcpHttp.flag).toBe("--mcp-http");
});

describe("values", () => {
  const accepted: [keyof Config, unknown, unknown][] = [
    ["port", "9000", 9000],
    ["port", " 0 ", 0],
    ["bodyLimitMb", "0.5", 0.5],
    ["prefSpeed", ".5", 0.5],
    ["prefCost", "1", 1],
    ["httpTimeout", "none", Infinity],
    ["httpTimeout", "Infinite", Infinity],
    ["httpTimeout", "0", Infinity],
    ["httpTimeout", 0, Infinity],
    ["httpTimeout", "2.5", 2.5],
    ["logContent", "Yes", true],
    ["logContent", "OFF", false],
    ["forceColor", "1", true],
    ["forceColor", true, true],
    ["allowedHosts", "a, b,,c", ["a", "b", "c"]],
    ["allowedHosts", ["a"], ["a"]],
    ["apiKey", " one , two ", ["one", "two"]],
    ["streamUnit", "char", "char"],
    [
      "modelAlias",
      "a=x, b = y | z/w,",
      [
        { name: "a", hints: ["x"] },
        { name: "b", hints: ["y", "z/w"] },
      ],
    ],
    [
      "modelFamily",
      { "gpt-*": "gpt", "o*": ["o3", "o4"] },
      [
        { name: "gpt-*", hints: ["gpt"] },
        { name: "o*", hints: ["o3", "o4"] },
      ],
    ],
    ["backgroundRules", '[{"system":"*title*","tools":false}]', [{ system: "*title*", tools: false }]],
    ["backgroundRules", [{ answer: ["title"] }], [{ answer: ["title"] }]],
    ["backgroundRules", [], []],
  ];
  test.each(accepted)("%s accepts %j as %j", (name, value, expected) => {
    expect(load({ flags: { [name]: value } })[name]).toEqual(expected);
  });

  const refused: [keyof Config, unknown][] = [
    ["port", "abc"],
    ["port", ""],
    ["port", "0x10"],
    ["port", "1e3"],
    ["port", 65_536],
    ["port", -1],
    ["port", 8000.5],
    ["port", true],
    ["port", null],
    ["port", []],
    ["prefIntelligence", "1.1"],
    ["bodyLimitMb", 0],
    ["httpTimeout", "soon"],
    ["httpTimeout", -1],
    ["streamUnit", "paragraph"],
    ["logContent", "perhaps"],
    ["logContent", 1],
    ["host", ""],
    ["host", 7],
    ["apiKey", ","],
    ["apiKey", []],
    ["apiKey", "two words"],
    ["apiKey", "schlüssel"],
    ["allowedHosts", [1]],
    ["modelAlias", "gpt-4o"],
    ["modelAlias", "=x"],
    ["modelAlias", "a="],
    ["modelAlias", { a: [] }],
    ["modelAlias", { a: 1 }],
    ["backgroundRules", "titles"],
    ["backgroundRules", [{}]],
    ["backgroundRules", [{ model: "x" }]],
    ["backgroundRules", {}],
  ];
  test.each(refused)("%s refuses %j", (name, value) => {
    expect(complaint({ flags: { [name]: value } })).toContain(OPTIONS[name].flag);
  });
});

verifies(
  "person.wrong-value",
  "a wrong value is named with its flag, variable or member, and what is accepted",
  () => {
    expect(complaint({ flags: { port: "abc" } })).toBe(
      '--port: "abc" is not accepted; give a whole number from 0 to 65535',
    );
    expect(complaint({ env: { MCPTB_STREAM_UNIT: "letter" } })).toBe(
      'MCPTB_STREAM_UNIT: "letter" is not accepted; give one of char, token, word, sentence, whole',
    );
    const config = file(`{ "prefSpeed": 7 }`);
    expect(complaint({ file: config })).toBe(
      `prefSpeed in ${config}: 7 is not accepted; give a number from 0 to 1`,
    );
    expect(complaint({ flags: { port: "abc", peekMs: "x" } }).split("\n")).toHaveLength(2);
  },
);

test("a key that is not accepted is not shown", () => {
  const config = file(`{ "apiKey": ["secret", 7] }`);
  const text = complaint({ file: config });
  expect(text).toContain(`apiKey in ${config}: this is not accepted; give one key or several`);
  expect(text).not.toContain("secret");
});

describe("the config file", () => {
  test("may hold comments, trailing commas, a $schema and a byte order mark", () => {
    const config = file(`\uFEFF{\n  // why\n  "$schema": "x",\n  "port": 9000, /* and */\n}`);
    expect(load({ file: config }).port).toBe(9000);
  });

  verifies("person.unknown-setting", "a member that is no setting is an error that names it", () => {
    const config = file(`{ "prot": 9000 }`);
    expect(complaint({ file: config })).toBe(
      `prot in ${config}: unknown setting (did you mean port?); see mcptb help options`,
    );
    for (const name of ["constructor", "toString"]) {
      expect(complaint({ file: file(`{ "${name}": 1 }`) })).toContain(`${name} in `);
    }
  });

  test("broken JSON is an error that names the line", () => {
    expect(complaint({ file: file(`{\n  "port": ,\n}`) })).toMatch(
      /is not valid JSON with comments: .* in line 2$/,
    );
  });

  test.each(["[]", "7", "null", '"text"'])("%s is no configuration", (text) => {
    expect(complaint({ file: file(text) })).toContain("must hold one JSON object");
  });

  test("a file that is not there is an error with its path", () => {
    const missing = path.join(folder, "missing.jsonc");
    expect(complaint({ file: missing })).toBe(`--config: cannot read ${missing} (ENOENT)`);
  });
});

describe("the key file", () => {
  test("holds one key a line, beside those given directly", () => {
    const apiKeyFile = file("# clients\r\none\r\n\r\n  two  \r\n");
    expect(load({ env: { MCPTB_API_KEY: "zero" }, flags: { apiKeyFile } }).apiKey).toEqual([
      "zero",
      "one",
      "two",
    ]);
  });

  test("is looked for beside the config file that names it", () => {
    const apiKeyFile = file("one");
    const config = file(JSON.stringify({ apiKeyFile: path.basename(apiKeyFile) }));
    expect(load({ file: config }).apiKey).toEqual(["one"]);
  });

  test("with a line that is no key is an error that does not show it", () => {
    const apiKeyFile = file("# keys\none\ntwo words\n");
    expect(complaint({ flags: { apiKeyFile } })).toBe(
      `--api-key-file: line 3 of ${apiKeyFile} is not a key; give ASCII characters without blanks`,
    );
  });

  test("without a key in it is an error", () => {
    const apiKeyFile = file("# none yet\n");
    expect(complaint({ env: { MCPTB_API_KEY_FILE: apiKeyFile } })).toBe(
      `MCPTB_API_KEY_FILE: ${apiKeyFile} has no key`,
    );
  });
});

describe("an address that other machines can reach", () => {
  verifies("person.no-open-bind", "is refused without a key, by the name of what set it", () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.7", "example.org"]) {
      expect(complaint({ env: { MCPTB_HOST: host } })).toMatch(
        /^MCPTB_HOST: .* can be reached from other machines, so a key is needed; make one with `mcptb keys add NAME`, set MCPTB_API_KEY or --api-key-file/,
      );
    }
  });

  test("is accepted with one", () => {
    expect(load({ flags: { host: "0.0.0.0", apiKey: "k" } }).host).toBe("0.0.0.0");
    expect(load({ flags: { host: "::", apiKeyFile: file("k") } }).host).toBe("::");
  });

  verifies(
    "http.keys",
    "takes hosts over HTTP only with a key for them, as wherever clients need one",
    () => {
      for (const host of ["0.0.0.0", "127.0.0.1"]) {
        const flags = { host, apiKey: "k", mcpHttp: true };
        expect(complaint({ flags })).toMatch(
          /where clients need a key, hosts need a key too.*MCPTB_HOST_KEY/,
        );
        expect(load({ flags: { ...flags, hostKey: "h" } }).mcpHttp).toBe(true);
      }
      expect(load({ flags: { mcpHttp: true } }).mcpHttp).toBe(true);
    },
  );

  test.each(["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "localhost", "LOCALHOST"])(
    "%s is not one",
    (host) => {
      expect(load({ flags: { host } }).host).toBe(host);
    },
  );
});
