/** Writes what docs/operators.md says of every operator, docs/data/operators.csv and docs/data/operators-refused.csv, from the rule table. */
import { operatorRows, operatorsText, refusedRows } from "../../test/vjp/operators-text.ts";
import { writeAppendix } from "./write-appendix.ts";
import { writeMarked } from "./write-marked.ts";

await writeMarked("docs/operators.md", "operators", operatorsText());
await writeAppendix("docs/data/operators.csv", operatorRows());
await writeAppendix("docs/data/operators-refused.csv", refusedRows());
