// Who runs when in a page, where everything shares one thread.

let last: Promise<unknown> = Promise.resolve();

/** Urgent actions so far, whether one is going on, and its end. */
let arrivals = 0;
let going = false;
let urgent: Promise<unknown> | undefined;

/** Does one thing after the other: onnxruntime-web keeps the arguments of a call on one stack while it waits. */
export function inTurn<T>(action: () => Promise<T>): Promise<T> {
  const result = last.then(action);
  last = result.catch(() => undefined);
  return result;
}

/**
 * As `inTurn`, for what takes long: afterwards the page's messages come in, and where one of them was urgent, whoever waits for this
 * result gets it when the urgent action is over. What an urgent action itself runs does not wait.
 */
export async function inTurnWithPauses<T>(action: () => Promise<T>): Promise<T> {
  const before = arrivals;
  const result = await inTurn(action);
  // An urgent action lets nobody pass, and its calls are short: pauses would be most of a step of the slider.
  if (!going) await nextTask();
  if (arrivals !== before) await urgent;
  return result;
}

/** Runs an action before whatever else is going on, which stops after its present run. One such action at a time. */
export async function urgently<T>(action: () => Promise<T>): Promise<T> {
  arrivals += 1;
  going = true;
  const result = action().finally(() => {
    going = false;
  });
  urgent = result.catch(() => undefined);
  return result;
}

/** When everything that has come in was told. Not a timer: these are slowed down where they follow each other. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
