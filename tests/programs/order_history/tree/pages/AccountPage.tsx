import { OrderHistory } from "../components/OrderHistory";
import { displayName, type Customer } from "../lib/customers";

export function AccountPage({ customer }: { customer: Customer }) {
  return (
    <main>
      <h1>Hello, {displayName(customer)}</h1>
      <OrderHistory customer={customer} />
    </main>
  );
}
