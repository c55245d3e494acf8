import { audit } from "./audit";
import { updateInventory } from "./inventory";
import { processOrder } from "./processOrder";

/** From a placed order to goods on their way; returns what is left in stock. */
export async function checkout(id: string): Promise<number> {
  const order = await processOrder(id);
  audit(order, "checked out");
  return await updateInventory(order);
}
