// A process of its own that shows a suite to a server, so that a test can kill it. Prints how many pictures an earlier one had answers for.
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import { openSuite } from "../../src/suite/open-suite.ts";

const [path, manifest] = process.argv.slice(2) as [string, string];
const suite = await openSuite(path);
const { predictions, notes } = await askClassifier(suite, manifest, { parallel: 1, batch: 16 });
process.stdout.write(JSON.stringify({ predictions: [...predictions], notes }));
