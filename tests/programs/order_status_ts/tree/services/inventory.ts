import assert from "node:assert/strict";

import { audit } from "./audit";
import type { Order } from "./orders";

const stock = new Map<string, number>([["mug", 1000]]);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function lockShelf(sku: string): Promise<void> {
  await pause(sku.length * 10);
}

/** Take the goods of a paid order off the shelf. */
export async function updateInventory(order: Order): Promise<number> {
  await lockShelf(order.sku);
  assert.equal(order.status, "paid", `order ${order.id} left the shelf`);
  const left = (stock.get(order.sku) ?? 0) - order.quantity;
  stock.set(order.sku, left);
  order.status = "shipped";
  audit(order, "shipped");
  return left;
}
