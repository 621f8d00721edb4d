/** What the workers of tests are told (a string) and asked. */
export type PoolQuestion =
  | string
  | {
      readonly value?: Float32Array;
      /** The worker ends unless there is such a file, which it makes. */
      readonly endUnless?: string;
      /** Workers end over this so many times, which a file counts. */
      readonly endTimes?: readonly [file: string, times: number];
      /** The worker ends whenever it is asked this. */
      readonly end?: true;
      readonly fail?: string;
    };

export interface PoolAnswer {
  readonly pid: number;
  readonly told: readonly string[];
  readonly double: Float32Array | undefined;
}
