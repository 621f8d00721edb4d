/** What WebAssembly holds by now, in bytes; it only grows. A page is told of no other use of memory. */
export function countWasmMemory(): () => number {
  const held: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      held.push(this);
    }
  };
  return () => held.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
