/** Prints how well tool calls are read out of the corpus of `test/fidelity`, the table of docs/tools.md. */
import { corpus } from "../test/fidelity/corpus.ts";
import { score } from "../test/fidelity/score.ts";

const samples = corpus();
const rows = ["well-formed", "other form", "damaged", "innocent"].map((group) => {
  const {
    samples: answers,
    recovered,
    falseCalls,
    textDamaged,
    leaked,
  } = score(samples.filter((sample) => sample.group === group));
  const share = `${((100 * recovered) / answers).toFixed(1)} %`;
  return {
    group,
    answers,
    "read as meant": share,
    "false calls": falseCalls,
    "text damaged": textDamaged,
    leaked,
  };
});
console.table(rows);
