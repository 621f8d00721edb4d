import type { CfalignError } from "../base/errors.ts";
import type { Device } from "../options/device.ts";

/** Where the sessions of one part of a model run, such as a decoder with gradients; all move to the CPU together. */
export interface Placement {
  /** Where they run from now on. */
  readonly device: Device;
  /** Whether the device is kept only if it is faster than the CPU; told once. */
  readonly fasterOnly: boolean;
  /** They run on the CPU from now on. reason: a sentence's end, after "… runs on the CPU: ". */
  fallBack(reason: string): void;
  /** The device has shown that it is faster. */
  keep(): void;
  /** It gave results there. */
  ranOn(device: Device): void;
}

/** The devices that gave results, by model. */
export type DeviceUse = Readonly<Record<string, readonly Device[]>>;

/** How models are placed on devices. */
export interface PlacementOptions {
  /** Whether a device is kept only where it is faster than the CPU, false. */
  readonly fasterOnly?: boolean;
  /** Told, in a line, what falls back to the CPU and why. Default: a warning on the console. */
  readonly onFallback?: ((line: string) => void) | undefined;
}

/** Where all models of a workspace run. Accumulates what they ran on. */
export class Placements {
  private readonly used = new Map<string, Set<Device>>();

  constructor(
    /** Where they run that do not fall back. */
    readonly device: Device,
    private readonly options: PlacementOptions = {},
  ) {}

  /** The devices that gave results so far, by model; a model that gave none is not in it. */
  get use(): DeviceUse {
    return Object.fromEntries([...this.used].map(([name, found]) => [name, [...found]]));
  }

  /** Where a part runs. models: the names of those that have it in common; undefined where nothing is to be decided. */
  of(models: readonly string[], part: string): Placement {
    const { used, options, device } = this;
    let current = device;
    let { fasterOnly = false } = options;
    return {
      get device() {
        return current;
      },
      get fasterOnly() {
        return fasterOnly;
      },
      fallBack(reason) {
        if (current === "cpu") return;
        current = "cpu";
        sayFallback(`${models.join(" with ")}: the ${part} runs on the CPU: ${reason}`, options);
      },
      keep() {
        fasterOnly = false;
      },
      ranOn(where) {
        for (const model of models) used.set(model, (used.get(model) ?? new Set()).add(where));
      },
    };
  }
}

/** What onnxruntime says of a failure, without where in its own source that is. */
export function reasonOf(error: CfalignError): string {
  return error.message.replace(/^onnxruntime [a-z ]+: /, "").replace(/^\/\S+\.cc:\d+ .* was false\. /, "");
}

/** Says that something falls back to the CPU. */
export function sayFallback(line: string, { onFallback = console.warn }: PlacementOptions): void {
  onFallback(line);
}
