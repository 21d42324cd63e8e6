import { fail, ok, type Finding } from "./check.ts";
import { say } from "../../util/say.ts";

const LEAST = [20, 19] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  return enough
    ? ok("node", `Node.js ${version}`)
    : fail(
        "node",
        say`Node.js ${version} is older than ${LEAST.join(".")}`,
        say`Install a current Node.js from https://nodejs.org.`,
      );
}
