/** A feature of a suite: who made its edits and tells of them, and how far they went. */
interface CardFeature {
  readonly name: string;
  readonly witness: { readonly name: string };
  readonly editors: readonly { readonly editor: string; readonly by: string | null; readonly toldBy: string }[];
  readonly removed: Made;
  readonly added: Made;
  readonly moved: number;
  readonly length: number;
  readonly distance: number;
}

interface Made {
  readonly pairs: number;
  readonly confirmed: number;
  readonly made: number;
}

/** What a card says of a suite. */
interface CardSuite {
  readonly features: readonly CardFeature[];
  readonly left: readonly { readonly feature: string; readonly why: string }[];
  readonly sources: readonly {
    readonly run: string;
    readonly images: {
      readonly folder: string;
      readonly count: number;
      readonly hash: string;
      readonly labels: readonly string[];
    };
    readonly seed: number;
    readonly versions: Readonly<Record<string, string | undefined>>;
  }[];
  readonly pairs: number;
  readonly width: number;
  readonly height: number;
  readonly classifiers: { readonly length: number };
  readonly madeAt: string;
}

/** The data card of a suite in Markdown, with the lines that model hubs read at its head. */
export function dataCard(file: CardSuite): string {
  const { features, sources, pairs, width, height, left, classifiers } = file;
  const count = 2 * pairs;
  const rows = features.map(
    ({ name, witness, editors, removed, added, moved, length, distance }) =>
      `| ${cell(name)} | ${cell(editorsText(editors))} | ${cell(witness.name)}${tellersText(editors)} | ${removed.pairs} | ${added.pairs} | ${removed.confirmed} of ${removed.made} | ${added.confirmed} of ${added.made} | ${moved.toFixed(2)} | ${length.toFixed(2)} | ${distance.toFixed(3)} |`,
  );
  return [
    "---",
    "task_categories: [image-classification]",
    "tags: [cfalign, counterfactual, test-suite]",
    `size_categories: [${count < 1000 ? "n<1K" : count < 10_000 ? "1K<n<10K" : "10K<n<100K"}]`,
    "---",
    "",
    "# Pairs of pictures, one feature apart",
    "",
    `${pairs} pairs, each a picture before and after one feature was taken out or put in: a test suite for classifiers. ${width} × ${height} pixels, PNG. Made by \`cfalign suite write\` on ${file.madeAt.slice(0, 10)}.`,
    "",
    "## What was moved, by whom, and how well",
    "",
    "An edit is the feature's pattern (what least squares say that it adds to a picture while all others stay), lengthened until the witness says that the feature went or came; or, where no pattern moves it, its spectrum (the same for how strong each fineness of detail is), or a counterfactual of a classifier of the feature. *Confirmed*: edits that moved the witness by more than 0.25, of all that were made. Only these are here, balanced over the other features. *Moved*: by how much the witness's prediction moved on average. *Length*: of the edit, in patterns, or parts of a counterfactual's way. *Distance*: root mean square of the change, in units of the range of pixels.",
    "",
    "| feature | moved by | witness | pairs, taken out | pairs, put in | confirmed, taken out | confirmed, put in | moved | length | distance |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...(left.length === 0
      ? []
      : ["", `Not in it: ${left.map(({ feature, why }) => `${feature} (${why})`).join("; ")}.`]),
    "",
    "## Which pictures",
    "",
    ...sources.map(
      ({ run, images, seed, versions }) =>
        `- ${images.count} images of \`${images.folder}\` (list ${images.hash.slice(0, 12)}), in the random order of seed ${seed}, by the run \`${run}\` of cfalign ${versions.cfalign ?? "?"}.${images.labels.length === 0 ? " They have no labels." : ` Their labels: ${images.labels.join(", ")}.`}`,
    ),
    "",
    "The licence of the pictures is that of the images that they were made from.",
    "",
    "## What is in the files",
    "",
    `\`metadata.jsonl\` has a line per picture: \`pair\`, \`side\` (before, after), \`feature\`, \`change\` (removed, added), \`image\`, the \`editor\`, by whom (\`edited_by\`) and who tells of it (\`told_by\`), the edit's \`length\` and \`distance\`, \`predictions\` of ${classifiers.length} classifiers, witnesses among them, \`labels\` of the image, and \`sha256\`. \`suite.json\` says who the classifiers are.`,
    "",
    "## What it cannot say",
    "",
    "- Nothing of features that are not in the table, and nothing of a classifier's own feature.",
    "- Nothing of pictures unlike these: an effect is over these pictures.",
    ...(features.some(({ editors }) => editors.some(({ toldBy }) => toldBy !== "another"))
      ? [
          "- A feature that a probe tells, or the network that made its edits, may be found; no classifier is clear of it.",
        ]
      : []),
    "- An edit may change more than its feature. The other features' witnesses are asked too, and the effect is a regression over all of them; what no witness tells is charged to the feature.",
    "- Pairs were chosen by what witnesses say, and a witness can be wrong. Effects of strong features come out up to 1.25 times too large.",
    "- A suite grows stale: an audit says where a classifier no longer answers on its pictures as those that it was made with.",
    "",
  ].join("\n");
}

/** Who made the edits of a feature. */
function editorsText(editors: CardFeature["editors"]): string {
  const words = editors.map(({ editor, by }) => (by === null ? editor : `${editor}s of ${by}`));
  return [...new Set(words)].join(", ");
}

/** What is to be known of who tells of them. */
function tellersText(editors: CardFeature["editors"]): string {
  const found = new Set(editors.map(({ toldBy }) => toldBy));
  const words = [...(found.has("editor") ? ["made the edits itself"] : []), ...(found.has("probe") ? ["a probe"] : [])];
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
