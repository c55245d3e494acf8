const { customer } = require("./customers.cjs");

/** The lines of one customer's invoice. */
function invoice(id) {
  const { name, orders, apiKey } = customer(id);
  const lines = orders.map((order) => `${order.title}: ${order.price}`);
  return [`Invoice for ${name}`, ...lines, apiKey ? "signed" : "not signed"].join("\n");
}

console.log(invoice(7));
