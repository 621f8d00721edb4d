/** Told how far an answer is; what the number counts is said of each question. */
export type Told = (news: number) => void;
