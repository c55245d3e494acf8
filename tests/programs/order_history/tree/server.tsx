import { renderToString } from "react-dom/server";

import { preloadOrders } from "./hooks/useOrders";
import { customerById, displayName } from "./lib/customers";
import { AccountPage } from "./pages/AccountPage";

/** The account page of one customer as HTML. */
export async function renderAccount(customerId: string): Promise<string> {
  const customer = customerById(customerId);
  await preloadOrders(customer.id);
  const page = renderToString(<AccountPage customer={customer} />);
  return `<!doctype html><title>${displayName(customer)}</title>${page}`;
}

for (const customerId of process.argv.slice(2)) {
  console.log(await renderAccount(customerId));
}
