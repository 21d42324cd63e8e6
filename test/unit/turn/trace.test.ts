import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf, parseTrace, traceBelow } from "../../../src/turn/trace.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test("a trace is read from its headers, as the W3C's example has it", () => {
  expect(parseTrace(`00-${TRACE}-${SPAN}-01`, "rojo=1,congo=t61")).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    sampled: true,
    state: "rojo=1,congo=t61",
  });
  expect(parseTrace(`00-${TRACE}-${SPAN}-00`, undefined)).toMatchObject({ sampled: false, state: undefined });
  // A later version may say more, and is read as far as we know it.
  expect(parseTrace(`cc-${TRACE}-${SPAN}-03-what.the.future.brings`, "")).toMatchObject({
    spanId: SPAN,
    sampled: true,
  });
});

test.each([
  undefined,
  "",
  TRACE,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-0`,
  `00-${TRACE}-${SPAN}-01${"-x".repeat(1000)}`,
])("%j is no trace", (header) => {
  expect(parseTrace(header, undefined)).toBeUndefined();
});

test("what is written is what was read, one step further", () => {
  const hex = (length: number) =>
    fc.string({
      unit: fc.constantFrom(..."0123456789abcdef".split("")),
      minLength: length,
      maxLength: length,
    });
  const ids = fc.tuple(hex(32), hex(16)).filter((both) => both.every((id) => !/^0+$/.test(id)));
  fc.assert(
    fc.property(
      ids,
      fc.boolean(),
      fc.option(fc.constantFrom("a=b", "x=1,y=2"), { nil: undefined }),
      ([traceId, spanId], sampled, state) => {
        const trace = { traceId, spanId, sampled, state };
        const { traceparent, tracestate } = contextOf(trace);
        expect(parseTrace(traceparent, tracestate)).toEqual(trace);
        const below = traceBelow(trace);
        expect(below).toEqual({ ...trace, spanId: below.spanId });
        expect(below.spanId).not.toBe(spanId);
      },
    ),
  );
  const own = traceBelow();
  expect(parseTrace(contextOf(own).traceparent, undefined)).toEqual(own);
});

test("anything may stand in the headers", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (parent, state) => {
      expect(() => parseTrace(parent, state)).not.toThrow();
    }),
  );
});
