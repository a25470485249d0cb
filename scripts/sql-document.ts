// Writes docs/emulator-sql.md from the tables of the emulator's SQL.
import { join } from "node:path";
import { sqlDocument } from "../src/emulator/sql/document.ts";

await Bun.write(join(import.meta.dir, "..", "docs", "emulator-sql.md"), sqlDocument());
