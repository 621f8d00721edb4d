/** Of a run that goes on where it was. phrase: which version differs. */
export function goesOnUnder(out: string, phrase: string): string {
  return `"${out}" goes on under another version, ${phrase}`;
}

/** Of edits that the disk did not take. refused: why. */
export function editsNotKept(refused: string): string {
  return `edits are not kept, and another classifier of these pictures makes them anew: ${refused}`;
}

/** What becomes of pictures without an autoencoder. usual: their median side; side: at which they are looked at; latentSide: of their basis. */
export function pictureNotes(usual: number, side: number, latentSide: number): string[] {
  return [
    ...(usual > side ? [`pictures of ${usual} pixels a side (median) are made smaller: ${side} × ${side}`] : []),
    ...(latentSide < side
      ? [`their basis is of ${latentSide} × ${latentSide} pixels; edits are made at ${side} × ${side}`]
      : []),
  ];
}
