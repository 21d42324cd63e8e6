import { expect, test } from "vitest";
import {
  itemsOf,
  ResponseStore,
  type StoredResponse,
} from "../../../../src/dialects/openai-responses/store.ts";
import { ANYONE, type Principal } from "../../../../src/turn/principal.ts";
import { verifies } from "../../../support/verifies.ts";

const message = (id: string) => ({ id, type: "message" });

/** A response that takes `size` characters and some hundred for its frame. */
const stored = (id: string, size = 1, before?: StoredResponse): StoredResponse => ({
  response: { id, output: [message(`${id}-out`)] },
  input: [{ ...message(`${id}-in`), content: "x".repeat(size) }],
  before,
});

verifies("responses.store", "the oldest go first, by number and by size", () => {
  const store = new ResponseStore({ responses: 2, size: 10_000, ageMs: 60_000 });
  for (const id of ["a", "b", "c"]) store.add(stored(id), ANYONE);
  expect(() => store.get("a", ANYONE)).toThrow("Unknown response id");
  expect(store.get("b", ANYONE).response.id).toBe("b");
  store.add(stored("d", 9000), ANYONE);
  expect(() => store.get("b", ANYONE)).toThrow();
  expect(store.get("c", ANYONE).response.id).toBe("c");
  // What is larger than the whole store is not kept, and takes nothing away.
  store.add(stored("e", 11_000), ANYONE);
  expect(() => store.get("e", ANYONE)).toThrow();
  expect(store.get("d", ANYONE).response.id).toBe("d");
});

verifies("responses.store", "a conversation goes on from input and output, until it is deleted", () => {
  const store = new ResponseStore({ responses: 2, size: 10_000, ageMs: 60_000 });
  store.add(stored("a"), ANYONE);
  store.add(stored("b", 1, store.before("a", ANYONE)), ANYONE);
  expect(itemsOf(store.before("b", ANYONE)).map(({ id }) => id)).toEqual(["a-in", "a-out", "b-in", "b-out"]);
  expect(itemsOf(store.before(undefined, ANYONE))).toEqual([]);
  expect(store.delete("a", ANYONE)).toBe(true);
  expect(store.delete("a", ANYONE)).toBe(false);
  expect(() => store.before("a", ANYONE)).toThrow(expect.objectContaining({ param: "previous_response_id" }));
  expect(itemsOf(store.before("b", ANYONE))).toHaveLength(4);
});

test("deleting gives the room back", () => {
  const store = new ResponseStore({ responses: 10, size: 10_000, ageMs: 60_000 });
  store.add(stored("a", 8000), ANYONE);
  store.delete("a", ANYONE);
  store.add(stored("b", 8000), ANYONE);
  expect(store.get("b", ANYONE).response.id).toBe("b");
});

verifies("responses.store", "what a conversation goes on from is counted once, as long as it does", () => {
  const store = new ResponseStore({ responses: 100, size: 12_000, ageMs: 60_000 });
  store.add(stored("a", 5000), ANYONE);
  const first = store.before("a", ANYONE);
  for (let turn = 0; turn < 10; turn += 1) store.add(stored(`b${turn}`, 1, first), ANYONE);
  expect(store.get("b0", ANYONE).response.id).toBe("b0");
  store.delete("a", ANYONE);
  // Still held by ten others: there is no room for as much again.
  store.add(stored("c", 8000), ANYONE);
  expect(() => store.get("b9", ANYONE)).toThrow();
  expect(store.get("c", ANYONE).response.id).toBe("c");
});

test("an item is found by its id as long as its response is stored", () => {
  const store = new ResponseStore({ responses: 1, size: 10_000, ageMs: 60_000 });
  store.add(stored("a"), ANYONE);
  expect(store.item("a-out", ANYONE)).toEqual(message("a-out"));
  store.add(stored("b"), ANYONE);
  expect(store.item("a-out", ANYONE)).toBeUndefined();
});

const withKey = (key: string): Principal => ({ key, agent: "sdk", operator: false });

/** Which of these responses a principal has. */
const has = (store: ResponseStore, ids: readonly string[], who: Principal = ANYONE): string[] =>
  ids.filter((id) => {
    try {
      return store.get(id, who).response.id === id;
    } catch {
      return false;
    }
  });

verifies("own.responses", "a response is there for its key alone", () => {
  const store = new ResponseStore({ responses: 10, size: 10_000, ageMs: 60_000 });
  const [one, other] = [withKey("one"), withKey("other")];
  store.add(stored("a"), one);
  for (const who of [other, ANYONE]) {
    expect(has(store, ["a"], who)).toEqual([]);
    expect(store.item("a-out", who)).toBeUndefined();
    expect(() => store.before("a", who)).toThrow("unknown response");
    expect(store.delete("a", who)).toBe(false);
  }
  expect(has(store, ["a"], one)).toEqual(["a"]);
  expect(store.item("a-out", one)).toMatchObject({ id: "a-out" });
});

verifies("own.bounded", "who stores much pushes out its own, not what others keep", () => {
  const [greedy, modest] = [withKey("greedy"), withKey("modest")];
  for (const limits of [
    { responses: 4, size: 1_000_000 },
    { responses: 1000, size: 10_000 },
  ]) {
    const store = new ResponseStore({ ...limits, ageMs: 60_000 });
    store.add(stored("mine", 1000), modest);
    for (let index = 0; index < 100; index += 1) store.add(stored(`much-${index}`, 1000), greedy);
    // Nor does one long conversation.
    let last: StoredResponse | undefined;
    for (let index = 0; index < 100; index += 1) {
      last = stored(`long-${index}`, 1000, last);
      store.add(last, greedy);
    }
    expect(has(store, ["mine"], modest)).toEqual(["mine"]);
  }
});

verifies("own.bounded", "a response is forgotten after its time, whatever the clock on the wall says", () => {
  let now = 0;
  const store = new ResponseStore({ responses: 10, size: 10_000, ageMs: 1000, now: () => now });
  store.add(stored("a"), ANYONE);
  now = 999;
  expect(has(store, ["a"])).toEqual(["a"]);
  now = 1000;
  expect(has(store, ["a"])).toEqual([]);
  expect(store.item("a-out", ANYONE)).toBeUndefined();
});
