// Why a file operation of a cell is refused.

/** A refusal of a file operation; the message names the path. */
export class FileFault extends Error {}
