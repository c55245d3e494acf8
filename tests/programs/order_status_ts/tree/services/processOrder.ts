import { audit } from "./audit";
import { findOrder, type Order } from "./orders";
import { charge } from "./payments";

/** Take the money; the order that comes back is paid. */
export async function processOrder(id: string): Promise<Order> {
  const order = findOrder(id);
  await charge(order);
  order.status = "paid";
  audit(order, "processed");
  return order;
}
