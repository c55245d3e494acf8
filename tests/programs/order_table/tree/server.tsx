import { renderToString } from "react-dom/server";

import { preloadOrders } from "./hooks/useOrders";
import { OrdersPage } from "./pages/OrdersPage";

await preloadOrders();
console.log(renderToString(<OrdersPage />));
