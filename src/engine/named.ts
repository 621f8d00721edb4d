import { CfalignError } from "../base/errors.ts";

/** Puts a file's name in front of what is wrong with it. */
export async function named<T>(name: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof CfalignError)) throw cause;
    throw new CfalignError(cause.code, `${name}: ${cause.message}`, { where: cause.where ?? name, cause });
  }
}
