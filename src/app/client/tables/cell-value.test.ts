import { describe, expect, test } from "bun:test";
import { cellText, columnKind, compareValues, numberOf, timeOf } from "./cell-value.ts";

describe("cellText", () => {
  test("keeps every digit of a large integer and shows structures as JSON", () => {
    expect(cellText("9007199254740993")).toBe("9007199254740993");
    expect(cellText(9007199254740993n)).toBe("9007199254740993");
    expect(cellText({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect([cellText(null), cellText(undefined), cellText(false), cellText(0)]).toEqual(["", "", "false", "0"]);
  });
});

describe("columnKind", () => {
  test("goes by the named type first", () => {
    expect(columnKind("DECIMAL(10,2)", ["x"])).toBe("number");
    expect(columnKind("TIMESTAMP_NTZ", [])).toBe("time");
    expect(columnKind("STRING", ["1", "2"])).toBe("text");
    expect(columnKind("INTERVAL DAY", ["1"])).toBe("text");
    expect(columnKind("BOOLEAN", [])).toBe("boolean");
  });

  test("goes by values where no type is named", () => {
    expect(columnKind(undefined, [null, 1, 2.5])).toBe("number");
    expect(columnKind(undefined, ["1.50", "-3", null])).toBe("number");
    expect(columnKind(undefined, ["2026-01-02", "2026-02-03T04:05:06Z"])).toBe("time");
    expect(columnKind(undefined, ["2026-01-02", "soon"])).toBe("text");
    expect(columnKind(undefined, ["", null])).toBe("text");
    expect(columnKind(undefined, [true, false])).toBe("boolean");
  });
});

describe("numberOf and timeOf", () => {
  test("take what is one and refuse the rest", () => {
    expect(numberOf("1e3")).toBe(1000);
    expect([numberOf(""), numberOf("1,000"), numberOf("0x10"), numberOf(true), numberOf("Infinity")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(timeOf("2026-01-02 03:04:05")).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(timeOf("2026-01-02T03:04:05+01:00")).toBe(Date.UTC(2026, 0, 2, 2, 4, 5));
    expect([timeOf("2026"), timeOf("2026-13-40"), timeOf(20260102)]).toEqual([undefined, undefined, undefined]);
  });
});

describe("compareValues", () => {
  test("tells whole numbers apart beyond 2^53, and numbers from texts of them", () => {
    expect(compareValues("9007199254740993", "9007199254740992", "number")).toBeGreaterThan(0);
    expect(compareValues("10", 9, "number")).toBeGreaterThan(0);
    expect(compareValues("-1.5", "0.25", "number")).toBeLessThan(0);
    expect(compareValues("NaN", 3, "number")).toBeGreaterThan(0);
  });

  test("orders texts as a person would", () => {
    expect(["item 10", "Item 9", "item 1"].toSorted((a, b) => compareValues(a, b, "text"))).toEqual([
      "item 1",
      "Item 9",
      "item 10",
    ]);
  });

  test("orders times of different zones by the moment", () => {
    expect(compareValues("2026-01-01T00:30:00+01:00", "2026-01-01T00:00:00Z", "time")).toBeLessThan(0);
  });
});
