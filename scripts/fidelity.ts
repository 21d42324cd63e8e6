/** Prints how well tool calls are read out of the corpus of `test/fidelity`, the table of docs/tools.md, and what failed. */
import { corpus, GROUPS } from "../test/fidelity/corpus.ts";
import { score } from "../test/fidelity/score.ts";

const samples = corpus();
const scores = await Promise.all(
  GROUPS.map(async (group) => ({
    group,
    ...(await score(samples.filter((sample) => sample.group === group))),
  })),
);
console.table(
  scores.map(({ group, samples: answers, recovered, falseCalls, textDamaged, leaked }) => ({
    group,
    answers,
    "read as meant": `${((100 * recovered) / answers).toFixed(1)} %`,
    "false calls": falseCalls,
    "text damaged": textDamaged,
    leaked,
  })),
);
for (const { kind, answer, calls, text, read } of scores.flatMap(({ failures }) => failures)) {
  console.log(
    `\n${kind}\n${JSON.stringify(answer.slice(0, 2000))}\nmeant ${JSON.stringify({ text, calls })}\nread  ${JSON.stringify(read)}`,
  );
}
