// Arbitrary notebook files, for the property tests of this room.
import * as fc from "fast-check";

const tokens = ["#", "--", "//"] as const;

/** Texts of header, separator, MAGIC, DBTITLE, blank and code lines in any order and with any line ends. */
export const linesOfFormat = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom("", " ", "x = 1", "%sql", "\r", "# ///", "# /// script"),
        fc.constantFrom(...tokens.map((token) => `${token} Databricks notebook source`)),
        fc.constantFrom(...tokens.flatMap((token) => [`${token} COMMAND ----------`, `${token} COMMAND ----------  `])),
        fc.constantFrom(...tokens.flatMap((token) => [`${token} MAGIC`, `${token} MAGIC %md`, `${token} DBTITLE 1,t`])),
      ),
      fc.constantFrom("\n", "\n", "\n", "\r\n", ""),
    ),
    { maxLength: 14 },
  )
  .map((lines) => lines.flat().join(""));
