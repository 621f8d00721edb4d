/** What the page and the report must leave to the audit, found in source text. */
export interface Judging {
  readonly line: number;
  readonly what: "divides a change" | "decides presence" | "holds a figure against a threshold";
  readonly text: string;
}

/** A change of a prediction, by the names that code gives it. */
const change = String.raw`(?:[\w.?[\]]*(?:[bB]efore|[aA]fter|[mM]oved|[cC]hange|[fF]all|predictions?)\b[\w.?[\]()]*)`;

const patterns: Readonly<Record<Judging["what"], RegExp>> = {
  // "(after - before) / moved", "change / fall", "(of.at(-1) - of[0]) / (own.at(-1) - own[0])"
  "divides a change": new RegExp(
    String.raw`\([^()]*(?:\([^()]*\)[^()]*)*\s-\s[^()]*(?:\([^()]*\)[^()]*)*\)\s*\/\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\s-\s|${change})|${change}\s*\/\s*[\w(]|[\w)\]]\s+\/\s*-?${change}`,
  ),
  // "before >= 0.5", "0.5 <= prediction"
  "decides presence": /[<>]=?\s*0?\.5\b|\b0?\.5\s*[<>]=?/,
  // "baseChange > minBaseChange", "z < thresholds.minScore"
  "holds a figure against a threshold":
    /[<>]=?\s*-?(?:\w+\??\.)*(?:min[A-Z]\w*|max[A-Z]\w*Discovery)\b|\bmin[A-Z]\w*\s*[<>]=?/,
};

/** Every line of a source text that judges; comments, strings and markup are not code. */
export function judgingIn(text: string): Judging[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/\/\/.*$/gm, "")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/<\/\w*>|\/>/g, "");
  return code
    .split("\n")
    .flatMap((line, index) =>
      (Object.keys(patterns) as Judging["what"][]).flatMap((what) =>
        patterns[what].test(line) ? [{ line: index + 1, what, text: line.trim() }] : [],
      ),
    );
}
