/** Writes OPERATORS.md from the rule table. */
import { writeFileSync } from "node:fs";
import { operatorsText } from "../../test/vjp/operators-text.ts";

writeFileSync(new URL("../../OPERATORS.md", import.meta.url), operatorsText());
