/** Told how far an answer is, from 0 to 1. */
export type Told = (share: number) => void;
