import { checkout } from "../services/checkout";
import { placeOrder } from "../services/orders";

interface Body {
  id: string;
  sku: string;
  quantity: number;
}

/** POST /orders */
export async function postOrder(body: Body): Promise<{ status: number; left: number }> {
  const order = placeOrder(body.id, body.sku, body.quantity);
  const left = await checkout(order.id);
  return { status: 201, left };
}
