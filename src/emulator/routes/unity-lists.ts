// Pages of Unity Catalog's lists.
import { optionalInteger } from "../http/fields.ts";
import type { Call } from "../http/route.ts";
import { pageOf } from "../paging.ts";

interface Pages {
  readonly field: string;
  readonly items: readonly object[];
  /** The longest page that is given. */
  readonly most: number;
}

/** Without max_results everything comes at once; 0 leaves the size to the service, which also cuts what is too large. */
export function pageIn(call: Call, { field, items, most }: Pages): object {
  const bounds = { min: 0, max: 2_147_483_647 };
  const asked = optionalInteger(call.query.get("max_results"), "max_results", bounds);
  if (asked === undefined) return { [field]: items };
  const size = asked === 0 ? most : Math.min(asked, most);
  const page = pageOf(items, { size, token: call.query.get("page_token") });
  return { [field]: page.items, ...(page.next === undefined ? {} : { next_page_token: page.next }) };
}
