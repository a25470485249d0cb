// The toolset documents: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const documentsEntries: ToolsetEntries = { usual: [["create_pdf", "destructive", "Create a PDF", "local"]] };
