import { expect, test } from "vitest";

import { expireOrders } from "../jobs/expireOrders";
import { checkout } from "../services/checkout";
import { findOrder, placeOrder } from "../services/orders";

test("a single order is shipped", async () => {
  placeOrder("single", "mug", 1);
  await checkout("single");
  expect(findOrder("single").status).toBe("shipped");
});

test("every order is shipped under load", async () => {
  const ids = Array.from({ length: 40 }, (_, number) => `load-${number}`);
  for (const id of ids) {
    placeOrder(id, "mug", 1);
  }
  const sweeping = expireOrders(Date.now());
  for (const id of ids) {
    await checkout(id);
    expect(findOrder(id).status).toBe("shipped");
  }
  await sweeping;
});
