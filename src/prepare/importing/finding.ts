import type { ClassifierManifest, InputSpec } from "../../models/manifest.ts";

type InputFields = { readonly [F in keyof InputSpec as `input.${F}`]-?: NonNullable<InputSpec[F]> };

/** What can be found out about a classifier, by its place in the manifest. */
export type Fields = InputFields & {
  readonly name: string;
  readonly "output.activation": ClassifierManifest["output"]["activation"];
  readonly "output.name": string;
  readonly "output.scale": NonNullable<ClassifierManifest["output"]["scale"]>;
  readonly targets: ClassifierManifest["targets"];
};
export type Field = keyof Fields;

/** One field of a manifest, and where it is from. */
export type Finding = {
  readonly [F in Field]: {
    readonly field: F;
    readonly value: Fields[F];
    /** Such as `config.json: id2label`. */
    readonly from: string;
    /** Nothing says so: it is what is usual. */
    readonly guessed: boolean;
  };
}[Field];

/** A field of any manifest, and where it is from. */
export interface FieldSource {
  readonly field: string;
  readonly value: unknown;
  readonly from: string;
  readonly guessed: boolean;
}

/** What a source says of a field. */
export function found<F extends Field>(field: F, value: Fields[F], from: string): Finding {
  // A union over fields is what the compiler cannot build from one of them that is a parameter.
  return { field, value, from, guessed: false } as Finding;
}

/** What is usual where a source says nothing; `from` says for whom. */
export function guessed<F extends Field>(field: F, value: Fields[F], from: string): Finding {
  return { ...found(field, value, from), guessed: true };
}

/** Fields that mean something only together: of a group, the first source that has one is the only one that is heard. */
const groups: readonly (readonly Field[])[] = [
  ["input.fit", "input.resizeTo", "input.fill"],
  ["input.resize", "input.overshoot", "input.antialias"],
  ["input.mean", "input.std"],
];

/** One finding for every field: that of the first source that has it. */
export function settled(sources: readonly (readonly Finding[])[]): readonly Finding[] {
  const taken = new Map<Field, Finding>();
  for (const source of sources) {
    const before = new Set(taken.keys());
    for (const finding of source) {
      const group = groups.find((fields) => fields.includes(finding.field)) ?? [finding.field];
      if (!group.some((field) => before.has(field)) && !taken.has(finding.field)) taken.set(finding.field, finding);
    }
  }
  return [...taken.values()];
}

/** The manifest that findings make: `input.width` becomes the field `width` of `input`. */
export function manifestOf(findings: readonly Finding[], rest: Readonly<Record<string, unknown>>): unknown {
  const manifest: Record<string, unknown> = { ...rest };
  for (const { field, value } of findings) {
    const [first, inner] = field.split(".") as [string, string | undefined];
    manifest[first] = inner === undefined ? value : { ...(manifest[first] as object | undefined), [inner]: value };
  }
  return manifest;
}
