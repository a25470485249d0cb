// In the place of the field, for those with whom a project is shared to be read.

export const ReadOnlyNote = () => (
  <p className="rounded-xl border border-line bg-sunken px-4 py-3 text-sm text-soft">
    You may read this project, but not write in it. Its owner can let you.
  </p>
);
