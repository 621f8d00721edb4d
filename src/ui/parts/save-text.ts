/** Saves a text as a file of the reader. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the time this runs.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
