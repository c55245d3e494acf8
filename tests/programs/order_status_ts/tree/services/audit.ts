import type { Order } from "./orders";

const lines: string[] = [];

/** Append to the audit trail; every step of an order leaves one line. */
export function audit(order: Order, event: string): void {
  lines.push(`${order.id} ${event} (${order.status})`);
}

export function auditTrail(id: string): string[] {
  return lines.filter((line) => line.startsWith(`${id} `));
}
