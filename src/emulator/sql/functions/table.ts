// Every function that the emulator supports, by name. What is not here is refused by its name.
import { aggregateFunctions } from "./aggregate.ts";
import { collectionFunctions } from "./collection.ts";
import { conditionFunctions, sessionFunctions } from "./condition.ts";
import type { FunctionSpec } from "./define.ts";
import { jsonFunctions } from "./json.ts";
import { lambdaFunctions } from "./lambda.ts";
import { mapFunctions } from "./maps.ts";
import { numberFunctions } from "./number.ts";
import { textFunctions } from "./text.ts";
import { timeFunctions } from "./time.ts";
import { windowFunctions } from "./window.ts";

/** In the order of the document. */
export function allFunctions(): readonly FunctionSpec[] {
  return [
    ...textFunctions,
    ...numberFunctions,
    ...timeFunctions,
    ...conditionFunctions,
    ...collectionFunctions,
    ...lambdaFunctions,
    ...mapFunctions,
    ...jsonFunctions,
    ...sessionFunctions,
    ...aggregateFunctions,
    ...windowFunctions,
  ];
}

let byName: ReadonlyMap<string, FunctionSpec> | undefined;

/** The function with this lower-case name. */
export function findFunction(name: string): FunctionSpec | undefined {
  byName ??= new Map(allFunctions().flatMap((spec) => spec.names.map((each) => [each, spec] as const)));
  return byName.get(name);
}
