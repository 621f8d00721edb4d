/** A file that the reader gave, with the way to it in a folder that was given. */
export interface GivenFile {
  readonly path: string;
  readonly file: File;
}

/** Files that were chosen. */
export function chosenFiles(files: Iterable<File> | null): readonly GivenFile[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Files that were dropped on the page, those of folders among them in the order of their paths. */
export async function droppedFiles({ items }: DataTransfer): Promise<readonly GivenFile[]> {
  // All at once: after the first wait the browser has forgotten them.
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return (await Promise.all(dropped.map((one) => (one === null ? [] : filesOf(one))))).flat();
}

/** A picture that is dragged out of another page is a file without an entry. What cannot be read is left out. */
async function filesOf(dropped: FileSystemEntry | File): Promise<readonly GivenFile[]> {
  if (dropped instanceof File) return [{ path: dropped.name, file: dropped }];
  return (await filesIn(dropped)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesIn(entry: FileSystemEntry): Promise<readonly GivenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File | undefined>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(undefined)),
    );
    return file === undefined ? [] : [{ path: entry.fullPath.slice(1), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: GivenFile[] = [];
  // A folder is told in portions; the last one is empty.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (portion.length === 0) return found;
    found.push(...(await Promise.all(portion.map(filesIn))).flat());
  }
}
