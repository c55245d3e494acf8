import type { Order } from "../api/orders";
import { formatMoney } from "../lib/money";

export function OrderRow({ order }: { order: Order }) {
  return (
    <li>
      {order.placedOn}: {formatMoney(order.totalCents)}
    </li>
  );
}
