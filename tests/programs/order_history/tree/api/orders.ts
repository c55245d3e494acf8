export interface Order {
  id: string;
  placedOn: string;
  totalCents: number;
}

const table: Record<string, Order[]> = {
  "c-1": [
    { id: "o-12", placedOn: "2025-12-11", totalCents: 4990 },
    { id: "o-7", placedOn: "2025-11-30", totalCents: 1250 },
  ],
};

/** The orders service answers null, not an empty list, for a customer who never ordered. */
export async function fetchOrders(customerId: string): Promise<Order[] | null> {
  return table[customerId] ?? null;
}
