// The workspace's folders, notebooks and files.

export type ObjectType = "DIRECTORY" | "NOTEBOOK" | "FILE";
export type NotebookLanguage = "PYTHON" | "SQL" | "SCALA" | "R";

export interface TreeObject {
  /** Without the `/Workspace` prefix: `/Users/me@example.com/etl`. */
  readonly path: string;
  readonly objectType: ObjectType;
  readonly language?: NotebookLanguage;
  /** Digits. */
  readonly objectId: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly sizeBytes: number;
}

/** All paths are taken with or without the `/Workspace` prefix. Refusals are thrown as ApiFault. */
export interface WorkspaceTree {
  find(path: string): TreeObject | undefined;
  /** The object, or ApiFault 404 RESOURCE_DOES_NOT_EXIST. */
  require(path: string): TreeObject;
  /** Children of a folder by name; for anything else that one object. */
  list(path: string): readonly TreeObject[];
  /** The bytes of a file, or a notebook's SOURCE text in UTF-8. */
  read(path: string): Uint8Array;
  write(
    path: string,
    bytes: Uint8Array,
    what: { objectType: "NOTEBOOK" | "FILE"; language?: NotebookLanguage; overwrite: boolean },
  ): TreeObject;
  makeFolder(path: string): void;
  remove(path: string, recursive: boolean): void;
}
