const stock = new Map([["mug", 12]]);

/** How many are left once the goods of a paid order are gone. */
function updateInventory(order) {
  if (order.status !== "paid") {
    throw new Error(`order ${order.id} left the shelf while ${order.status}`);
  }
  stock.set(order.sku, stock.get(order.sku) - 1);
  return stock.get(order.sku);
}

module.exports = { updateInventory };
