import { useEffect, useState } from "react";

import { fetchOrders, type Order } from "../api/orders";

const cache = new Map<string, Order[]>();

/** Load the orders before the page is rendered, so that the first paint shows them. */
export async function preloadOrders(customerId: string): Promise<void> {
  const orders = await fetchOrders(customerId);
  if (orders) {
    cache.set(customerId, orders);
  }
}

/** The orders of a customer, refreshed in the background. */
export function useOrders(customerId: string): Order[] {
  const [orders, setOrders] = useState<Order[]>(cache.get(customerId)!);

  useEffect(() => {
    preloadOrders(customerId).then(() => setOrders(cache.get(customerId)!));
  }, [customerId]);

  return orders;
}
