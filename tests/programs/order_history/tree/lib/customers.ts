export interface Customer {
  id: string;
  firstName: string;
  lastName: string;
}

const customers: Customer[] = [
  { id: "c-1", firstName: "Ada", lastName: "Nowak" },
  { id: "c-2", firstName: "Ben", lastName: "Okoro" },
];

export function customerById(id: string): Customer {
  const customer = customers.find((known) => known.id === id);
  if (!customer) {
    throw new Error(`No customer ${id}`);
  }
  return customer;
}

export function displayName(customer: Customer): string {
  return `${customer.firstName} ${customer.lastName}`;
}
