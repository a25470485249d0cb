// What a call of a file tool changes, as before and after. Pure.

export interface Edit {
  readonly path: string;
  /** Null for a file that is written anew. */
  readonly before: string | null;
  readonly after: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const pathOf = (fields: Readonly<Record<string, unknown>>): string =>
  text(fields["file_path"]) || text(fields["path"]) || text(fields["notebook_path"]);

const editOf = (path: string, fields: Readonly<Record<string, unknown>>): Edit => ({
  path,
  before: text(fields["old_string"]),
  after: text(fields["new_string"]),
});

/** The edits of a call of `Edit`, `MultiEdit`, `Write` and their like; undefined where it is another tool. */
export const editsOf = (tool: string, fields: Readonly<Record<string, unknown>>): readonly Edit[] | undefined => {
  const path = pathOf(fields);
  if (path === "") return undefined;
  if (/^(?:Write|write_file)$/.test(tool)) return [{ path, before: null, after: text(fields["content"]) }];
  if (/^(?:Edit|replace)$/.test(tool)) return [editOf(path, fields)];
  if (tool === "NotebookEdit") return [{ path, before: null, after: text(fields["new_source"]) }];
  if (tool !== "MultiEdit" || !Array.isArray(fields["edits"])) return undefined;
  return fields["edits"].flatMap((edit: unknown) =>
    typeof edit === "object" && edit !== null ? [editOf(path, edit as Record<string, unknown>)] : [],
  );
};
