import { useState } from "react";

import { fetchOrders } from "../api/orders";
import { camelKeys } from "../lib/keys";

export interface Order {
  id: string;
  placedOn: string;
  total?: number;
  customerName: string;
}

let loaded: Order[] = [];

/** Load the orders before the page is rendered. */
export async function preloadOrders(): Promise<void> {
  const records = camelKeys(await fetchOrders()) as any[];
  loaded = records.map(toOrder);
}

function toOrder({ customer, ...rest }: any): Order {
  return { ...rest, customerName: `${customer.firstName} ${customer.lastName}` };
}

/** Every order, newest last. */
export function useOrders(): Order[] {
  const [orders] = useState(loaded);
  return orders;
}
