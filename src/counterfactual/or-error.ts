import { CfalignError } from "../base/errors.ts";

/** What some work gives, or the number in it that is not finite as an error: it is no fault of the rows beside it. */
export function orError<T>(work: () => T): T | CfalignError {
  try {
    return work();
  } catch (error) {
    if (error instanceof CfalignError && error.code === "runtime") return error;
    throw error;
  }
}

/** What is there. Errors: what is in its place. */
export function there<T>(answer: T | CfalignError): T {
  if (answer instanceof CfalignError) throw answer;
  return answer;
}
