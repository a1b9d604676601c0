/** Takes files by drop (folders too, looked through to their depth) or by picker. */
import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from './button.tsx';
import styles from './drop-zone.module.css';
import { toast } from './toast.tsx';

/** A file with its path inside what was dropped: `cats/1.png`. */
export interface PickedFile {
  path: string;
  file: File;
}

export function DropZone(props: {
  title: string;
  children: ReactNode;
  accept: string;
  folders?: boolean;
  onFiles: (files: PickedFile[]) => void;
}) {
  const [over, setOver] = useState(false);
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    // Entries and files must be taken before the event ends. What comes from another page may have no entry.
    const dropped = [...event.dataTransfer.items].flatMap(
      (item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? [],
    );
    Promise.all(dropped.map(filesOf)).then((found) => give(found.flat()), toast.failed);
  }

  function give(files: PickedFile[]) {
    if (files.length > 0) props.onFiles(files);
  }

  const input = (ref: typeof filesInput, label: string, attributes: object) => (
    <input
      ref={ref}
      type="file"
      multiple
      hidden
      aria-label={label}
      {...attributes}
      onChange={(event) => {
        const files = [...(event.currentTarget.files ?? [])];
        event.currentTarget.value = '';
        give(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
      }}
    />
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut; the buttons inside do the same
    <div
      className={styles.zone}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Upload size={22} aria-hidden />
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      <div className={styles.buttons}>
        <Button onClick={() => filesInput.current?.click()}>Choose files</Button>
        {props.folders && (
          <Button look="quiet" onClick={() => folderInput.current?.click()}>
            Choose a folder
          </Button>
        )}
      </div>
      {input(filesInput, 'Files', { accept: props.accept })}
      {props.folders && input(folderInput, 'Folder', { webkitdirectory: '' })}
    </div>
  );
}

async function filesOf(entry: FileSystemEntry | File): Promise<PickedFile[]> {
  if (entry instanceof File) return [{ path: entry.name, file: entry }];
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: PickedFile[] = [];
  // A reader gives its entries in batches, and an empty one at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map(filesOf))).flat());
  }
}
