import { expect, test } from "vitest";
import { ResponseStore, type StoredResponse } from "../../../../src/dialects/openai-responses/store.ts";
import { verifies } from "../../../support/verifies.ts";

const message = (id: string) => ({ id, type: "message" });

const stored = (id: string, size = 1): StoredResponse => ({
  response: { id, output: [message(`${id}-out`)] },
  input: [message(`${id}-in`)],
  history: [message(`${id}-in`)],
  size,
});

verifies("responses.store", "the oldest go first, by number and by size", () => {
  const store = new ResponseStore({ responses: 2, size: 10 });
  for (const id of ["a", "b", "c"]) store.add(stored(id));
  expect(() => store.get("a")).toThrow("no response of this id");
  expect(store.get("b").response.id).toBe("b");
  store.add(stored("d", 9));
  expect(() => store.get("b")).toThrow();
  expect(store.get("c").response.id).toBe("c");
  store.add(stored("e", 11));
  for (const id of ["c", "d", "e"]) expect(() => store.get(id)).toThrow();
});

verifies("responses.store", "a conversation goes on from input and output, until it is deleted", () => {
  const store = new ResponseStore({ responses: 2, size: 10 });
  store.add(stored("a"));
  expect(store.historyOf("a").map(({ id }) => id)).toEqual(["a-in", "a-out"]);
  expect(store.historyOf(undefined)).toEqual([]);
  expect(store.delete("a")).toBe(true);
  expect(store.delete("a")).toBe(false);
  expect(() => store.historyOf("a")).toThrow(expect.objectContaining({ param: "previous_response_id" }));
});

test("deleting gives the room back", () => {
  const store = new ResponseStore({ responses: 10, size: 10 });
  store.add(stored("a", 8));
  store.delete("a");
  store.add(stored("b", 8));
  store.add(stored("c", 2));
  expect(store.get("b").response.id).toBe("b");
});
