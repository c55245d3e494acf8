import { useOrders } from "../hooks/useOrders";
import { displayName, type Customer } from "../lib/customers";
import { EmptyState } from "./EmptyState";
import { OrderRow } from "./OrderRow";

/** Every order of a customer, newest first; the empty state where there are none. */
export function OrderHistory({ customer }: { customer: Customer }) {
  const orders = useOrders(customer.id);

  if (orders.length === 0) {
    return <EmptyState title={`${displayName(customer)} has no orders yet`} />;
  }
  return (
    <section aria-label="Order history">
      <h2>{orders.length} orders</h2>
      <ul>
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
    </section>
  );
}
