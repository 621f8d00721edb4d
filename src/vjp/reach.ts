/** Extent of a kernel with its holes. */
export function reach(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}
