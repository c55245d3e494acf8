/** An order as the service sends it. */
export interface OrderRecord {
  id: string;
  placed_on: string;
  total_cents: number;
  customer: { first_name: string; last_name: string };
}

const records: OrderRecord[] = [
  {
    id: "o-12",
    placed_on: "2025-12-11",
    total_cents: 4990,
    customer: { first_name: "Ada", last_name: "Nowak" },
  },
  {
    id: "o-13",
    placed_on: "2025-12-14",
    total_cents: 1250,
    customer: { first_name: "Ben", last_name: "Okoro" },
  },
];

/** GET /orders, newest last. */
export async function fetchOrders(): Promise<OrderRecord[]> {
  return structuredClone(records);
}
