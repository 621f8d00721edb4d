/** Characters of a classifier's name that may not stand in a file name. */
const unsafe = /[^A-Za-z0-9_.-]+/g;

/** `<stem>.<classifier>`: how the files of one image and classifier begin. */
export function fileName(stem: string, classifier: string): string {
  return `${stem}.${classifier.replace(unsafe, "_")}`;
}
