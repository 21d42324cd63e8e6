import { expect, test } from "vitest";
import {
  itemsOf,
  ResponseStore,
  type StoredResponse,
} from "../../../../src/dialects/openai-responses/store.ts";
import { verifies } from "../../../support/verifies.ts";

const message = (id: string) => ({ id, type: "message" });

/** A response that takes `size` characters and some hundred for its frame. */
const stored = (id: string, size = 1, before?: StoredResponse): StoredResponse => ({
  response: { id, output: [message(`${id}-out`)] },
  input: [{ ...message(`${id}-in`), content: "x".repeat(size) }],
  before,
});

verifies("responses.store", "the oldest go first, by number and by size", () => {
  const store = new ResponseStore({ responses: 2, size: 10_000 });
  for (const id of ["a", "b", "c"]) store.add(stored(id));
  expect(() => store.get("a")).toThrow("no response of this id");
  expect(store.get("b").response.id).toBe("b");
  store.add(stored("d", 9000));
  expect(() => store.get("b")).toThrow();
  expect(store.get("c").response.id).toBe("c");
  store.add(stored("e", 11_000));
  for (const id of ["c", "d", "e"]) expect(() => store.get(id)).toThrow();
});

verifies("responses.store", "a conversation goes on from input and output, until it is deleted", () => {
  const store = new ResponseStore({ responses: 2, size: 10_000 });
  store.add(stored("a"));
  store.add(stored("b", 1, store.before("a")));
  expect(itemsOf(store.before("b")).map(({ id }) => id)).toEqual(["a-in", "a-out", "b-in", "b-out"]);
  expect(itemsOf(store.before(undefined))).toEqual([]);
  expect(store.delete("a")).toBe(true);
  expect(store.delete("a")).toBe(false);
  expect(() => store.before("a")).toThrow(expect.objectContaining({ param: "previous_response_id" }));
  expect(itemsOf(store.before("b"))).toHaveLength(4);
});

test("deleting gives the room back", () => {
  const store = new ResponseStore({ responses: 10, size: 10_000 });
  store.add(stored("a", 8000));
  store.delete("a");
  store.add(stored("b", 8000));
  expect(store.get("b").response.id).toBe("b");
});

verifies("responses.store", "what a conversation goes on from is counted once, as long as it does", () => {
  const store = new ResponseStore({ responses: 100, size: 12_000 });
  store.add(stored("a", 5000));
  const first = store.before("a");
  for (let turn = 0; turn < 10; turn += 1) store.add(stored(`b${turn}`, 1, first));
  expect(store.get("b0").response.id).toBe("b0");
  store.delete("a");
  // Still held by ten others: there is no room for as much again.
  store.add(stored("c", 8000));
  expect(() => store.get("b9")).toThrow();
  expect(store.get("c").response.id).toBe("c");
});

test("an item is found by its id as long as its response is stored", () => {
  const store = new ResponseStore({ responses: 1, size: 10_000 });
  store.add(stored("a"));
  expect(store.item("a-out")).toEqual(message("a-out"));
  store.add(stored("b"));
  expect(store.item("a-out")).toBeUndefined();
});
