import { useEffect, useRef, useState } from "react";
import { droppedFiles, type GivenFile } from "./given-files.ts";

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;

/** Takes files, and folders of them, dropped anywhere on the page. Whether some are being dragged over it. */
export function useDrop(take: (files: readonly GivenFile[]) => void): boolean {
  const [dragged, setDragged] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const over = (event: DragEvent): void => {
      // Else the browser shows what is dropped in place of the page.
      event.preventDefault();
      setDragged(hasFiles(event));
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) setDragged(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setDragged(false);
      if (event.dataTransfer === null || !hasFiles(event)) return;
      void droppedFiles(event.dataTransfer).then((files) => latest.current(files));
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return dragged;
}
