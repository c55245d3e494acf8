import type { Order } from "./orders";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The provider's queue: it answers later the more it has to do. */
let waiting = 0;

export async function charge(order: Order): Promise<void> {
  waiting += 1;
  await pause(5 + waiting);
  waiting -= 1;
}

/** Whether the provider has heard of a payment for this order in the last minutes. */
export async function hasOpenPayment(order: Order): Promise<boolean> {
  await pause(20);
  return false;
}
