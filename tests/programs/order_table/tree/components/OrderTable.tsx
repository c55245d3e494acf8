import { useOrders, type Order } from "../hooks/useOrders";
import { formatMoney } from "../lib/money";

/** All orders with their totals. */
export function OrderTable() {
  const orders = useOrders();
  return (
    <table>
      <thead>
        <tr>
          <th>Order</th>
          <th>Date</th>
          <th>Customer</th>
          <th>Total</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <Row key={order.id} order={order} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ order }: { order: Order }) {
  return (
    <tr>
      <td>{order.id}</td>
      <td>{order.placedOn}</td>
      <td>{order.customerName}</td>
      <td>{formatMoney(order.total)}</td>
    </tr>
  );
}
