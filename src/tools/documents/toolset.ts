// The documents toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createPdf } from "./create-pdf.ts";

export const documentsToolset: readonly Tool[] = [createPdf];
