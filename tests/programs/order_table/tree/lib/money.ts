/** An amount as people read it; a dash where there is none. */
export function formatMoney(cents: number | undefined): string {
  return cents === undefined ? "–" : `${(cents / 100).toFixed(2)} €`;
}
