/** Why there is no effect, and what keeps one from being told, in a few words. */
export const suiteReasons = {
  "own-feature": "its own",
  "one-softmax": "a class of its softmax",
  "own-witness": "only it tells its own feature",
  "no-feature": "the suite does not tell its own feature",
  "too-few": "too few pairs",
  straddles: "the interval crosses the bound",
  "not-moved": "the witness hardly saw it move",
  "moves-others": "something else moved along",
  "base-unreachable": "no feature moves it",
  "rare-use": "too few pairs to exclude rare use",
  "told-by-editor": "told only by the network that made the edits, or by a probe",
  unchecked: "named by CLIP, not checked",
} as const;
