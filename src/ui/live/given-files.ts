/** A file that the reader gave, with the way to it in a folder that was given. */
export interface GivenFile {
  readonly path: string;
  readonly file: File;
}

/** Files that were chosen. */
export function chosenFiles(files: Iterable<File> | null): readonly GivenFile[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Files that were dropped on the page, those of folders among them. */
export async function droppedFiles({ items }: DataTransfer): Promise<readonly GivenFile[]> {
  // All at once: after the first wait the browser has forgotten them.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<readonly GivenFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.slice(1), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: GivenFile[] = [];
  // A folder is told in portions; the last one is empty.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return found;
    found.push(...(await Promise.all(portion.map(filesOf))).flat());
  }
}
