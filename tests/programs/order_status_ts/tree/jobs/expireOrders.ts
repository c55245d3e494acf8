import { audit } from "../services/audit";
import { pendingOrders } from "../services/orders";
import { hasOpenPayment } from "../services/payments";

const PATIENCE_MS = 0;

/** Runs every minute: orders that nobody pays for give their goods back. */
export async function expireOrders(now: number): Promise<number> {
  let expired = 0;
  for (const order of pendingOrders()) {
    if (now - order.placedAt < PATIENCE_MS || (await hasOpenPayment(order))) {
      continue;
    }
    order.status = "expired";
    audit(order, "expired");
    expired += 1;
  }
  return expired;
}
