const { updateInventory } = require("./inventory.cjs");

/** Takes the money; what costs nothing is as good as paid. */
function charge(order) {
  order.status = order.total > 0 ? "paid" : "PAID";
}

/** An order from its arrival until its goods have left the shelf. */
function processOrder(order) {
  charge(order);
  return updateInventory(order);
}

console.log(processOrder({ id: 7, sku: "mug", total: 0, status: "new" }));
