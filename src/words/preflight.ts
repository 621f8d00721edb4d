/** How a latent was made. */
interface Latent {
  readonly latentDims: readonly number[];
  readonly flattened: boolean;
  /** There is no autoencoder: the latent is the picture itself, or a basis of pictures. */
  readonly pixels: boolean;
}

/** Whether edits reached a feature. */
interface Reach {
  readonly witness: string;
  /** The witness reads the pixels that edits change. */
  readonly probe: boolean;
  readonly edits: number;
  readonly seen: number;
}

/** Names that a sentence lists. */
const listed = 5;

/** What is said of a model with chance in it. */
export const unsteady =
  "gives another answer when the same is asked again: export it in evaluation mode, without random operators";

/** Files that are no pictures. */
export function unusableWords(unusable: number, looked: number): string {
  return `${unusable} of ${looked} files cannot be used: remove or convert what is no PNG, JPEG, WebP, GIF or TIFF; of files with the same content one is used`;
}

/** Pictures of another shape. */
export function stretchedWords(stretched: number, used: number): string {
  return `${stretched} of ${used} pictures have another shape than the autoencoder's and are stretched: import it again with fit "cover"`;
}

/** A folder with few pictures. */
export function fewPicturesWords(files: number): string {
  return `${files} pictures leave most cells unresolved: bring some hundred`;
}

/** A latent that has a place for every part of the picture. */
export function mapWords({ latentDims, pixels }: Latent): string {
  const dims = latentDims.join(" × ");
  const what = pixels ? `the picture itself (${dims}), as there is no autoencoder` : `a map (${dims})`;
  return `the latent is ${what}: a gradient in it finds changes that only one classifier sees. Run cfalign flatten before cfalign align`;
}

/** A latent that is no map. */
export function flatWords({ latentDims, pixels, flattened }: Latent): string {
  const how = pixels ? ", a basis of your own pictures" : flattened ? ", flattened, not a map" : ", not a map";
  return `the latent is ${latentDims.join(" × ")} numbers${how}`;
}

/** A model that does not run, or has no gradient. */
export function doesNotRunWords(problem: string, forward: boolean): string {
  const what = forward
    ? "forward only: audited by pairs (cfalign suite audit), and no base of cfalign align"
    : "it does not run";
  const advice = forward
    ? "name it under judges, export it again, or take its gradient by differences (cfalign import); see cfalign inspect"
    : "export it again, or correct its manifest";
  return `${what}: ${problem}. To do: ${advice}`;
}

/** A classifier that gives no number on some pictures. */
export function notFiniteWords(name: string, count: number, used: number): string {
  return `${name} is no finite number on ${count} of ${used} pictures: cfalign align leaves it out on such; check range, mean and std`;
}

const check = "a sign of wrong preprocessing (range, mean and std, order, size): check its manifest";

/** A classifier that calls every picture the same. */
export function callsAllWords(targets: readonly string[], used: number, softmax: boolean): string {
  return softmax
    ? `it calls all ${used} pictures ${names(targets)}: ${check}`
    : `it calls all ${used} pictures positive for ${names(targets)}: ${check}`;
}

/** A classifier that calls no picture anything. */
export function callsNoneWords(targets: readonly string[], used: number): string {
  return `it calls none of the ${used} pictures positive for ${names(targets)}: ${check}, or bring pictures that have it`;
}

/** Targets that no picture is positive for, of a classifier that has others. */
export function noPictureWords(targets: readonly string[], used: number): string {
  return `no picture of ${used} is positive for ${names(targets)}: as a base it has nothing to lower; leave it out, or bring pictures that have it`;
}

/** What loses a feature, and what is shown in the place of pictures. */
const lossWords = {
  autoencoder: ["the autoencoder", "the autoencoder's reconstructions"],
  smaller: ["making pictures smaller", "smaller pictures"],
  basis: ["the basis", "what the basis keeps"],
} as const;

function lossOf({ pixels, flattened }: Latent): readonly [loser: string, kept: string] {
  return lossWords[pixels ? (flattened ? "basis" : "smaller") : "autoencoder"];
}

/** How many decisions the reconstructions keep. */
export function keptWords(share: number, latent: Latent): string {
  return `${(100 * share).toFixed(0)} % of its decisions are the same on ${lossOf(latent)[1]}`;
}

/** Targets that reconstructions lose. */
export function lostWords(targets: readonly string[], latent: Latent): string {
  const other = latent.pixels ? "bring more pictures, or take an autoencoder" : "take another autoencoder";
  const todo = latent.flattened ? `flatten into more components, or ${other}` : `${other}, or larger pictures`;
  return `${lossOf(latent)[0]} loses ${names(targets)}: no counterfactual can show it; ${todo}`;
}

/** A feature that no edit was tried of. */
export function noEditWords(witness: string, files: number): string {
  return `no edit was tried: of the first ${files} files, ${witness} tells no ten with it from ten without; more labelled pictures would help`;
}

/** How many edits reached a feature. */
export function reachedWords({ seen, edits, witness, probe }: Reach): string {
  return `${seen} of ${edits} edits seen by ${witness}${probe ? ", a probe, which reads the pixels that they change" : ""}`;
}

/** A feature that edits do not reach, and what would help. */
export function notReachedWords(reach: Reach, { pixels, flattened }: Latent): string {
  const other = pixels
    ? flattened
      ? "a basis of more components, or a general autoencoder"
      : "cfalign flatten, or a general autoencoder"
    : "another autoencoder";
  return `${reachedWords(reach)}: neither pattern nor spectrum moves it${reach.seen === 0 ? "" : " both ways"}, and counterfactuals of a classifier of it are tried, which takes longer. More pictures with it and without it would help, or ${other}`;
}

/** How long a run takes. */
export function timeWords(seconds: number, files: number): string {
  const time =
    seconds < 1.5
      ? "1 second"
      : seconds < 90
        ? `${Math.round(seconds)} seconds`
        : `${Math.round(seconds / 60)} minutes`;
  const long =
    seconds > 3600 ? "; fewer bases, a smaller limit, or bases that stop once they are resolved make it shorter" : "";
  return `cfalign align will take about ${time} on the ${files} files: an estimate from a few timed calls${long}`;
}

function names(all: readonly string[]): string {
  const rest = all.length - listed;
  return rest <= 0 ? all.join(", ") : `${all.slice(0, listed).join(", ")} and ${rest} more`;
}
