export type OrderStatus = "pending" | "paid" | "shipped" | "expired";

export interface Order {
  id: string;
  sku: string;
  quantity: number;
  placedAt: number;
  status: OrderStatus;
}

const orders = new Map<string, Order>();

export function placeOrder(id: string, sku: string, quantity: number): Order {
  const order: Order = { id, sku, quantity, placedAt: Date.now(), status: "pending" };
  orders.set(id, order);
  return order;
}

export function findOrder(id: string): Order {
  const order = orders.get(id);
  if (!order) {
    throw new Error(`No order ${id}`);
  }
  return order;
}

export function pendingOrders(): Order[] {
  return [...orders.values()].filter((order) => order.status === "pending");
}
