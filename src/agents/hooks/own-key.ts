// The key of our proxy, by which settings are known to be ours where no record says so.

/** No other program makes one of this form. */
export const ownKey = /^mortar-[\w-]{40,}$/;
