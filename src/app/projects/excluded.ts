// Folders that programs fill and can fill again: they are shown, but are neither listed in depth nor copied anywhere.

const madeAnew: ReadonlySet<string> = new Set([
  "node_modules",
  "__pycache__",
  ".venv",
  ".tox",
  ".nox",
  ".cache",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".ipynb_checkpoints",
  ".gradle",
  ".terraform",
]);

const litter: ReadonlySet<string> = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** Whether a folder of this name can be made anew. `.git` cannot: it goes along whole. */
export function isMadeAnew(folderName: string): boolean {
  return madeAnew.has(folderName);
}

/** Whether a file is of no use on another machine. */
export function isLitter(fileName: string): boolean {
  return litter.has(fileName);
}
