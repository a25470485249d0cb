// How much of a project there may be, as the documentation says it.

/** What an upload may bring, and what is copied to the database, of one file. */
export const fileLimitBytes = 64 * 1024 ** 2;

/** What the viewer and the editor show as text. */
export const textLimitBytes = 2 * 1024 ** 2;

/** Files and folders in a listing. */
export const listLimit = 20_000;

/** Files of a project that are copied to the database, and all their bytes. */
export const copyLimitFiles = 20_000;
export const copyLimitBytes = 2 * 1024 ** 3;

/** What a zip without extensions counts: its files and folders, and all its bytes. */
export const zipLimitFiles = 65_000;
export const zipLimitBytes = 4 * 1024 ** 3 - 1024 ** 2;
