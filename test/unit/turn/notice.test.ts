import { expect, test } from "vitest";
import { addNotice, type Notice } from "../../../src/turn/notice.ts";

test("a notice is given once", () => {
  const notices: Notice[] = [];
  for (const code of ["a", "b", "a"]) addNotice(notices, { code, message: `About ${code}.` });
  expect(notices.map(({ code }) => code)).toEqual(["a", "b"]);
});
