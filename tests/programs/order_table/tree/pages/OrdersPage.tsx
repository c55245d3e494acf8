import { OrderTable } from "../components/OrderTable";

export function OrdersPage() {
  return (
    <main>
      <h1>Orders</h1>
      <OrderTable />
    </main>
  );
}
