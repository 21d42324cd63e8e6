/** The script of the page at `/`. Whatever comes from the bridge is set as text, never as markup. */
import { startDashboard } from "./dashboard.tsx";
import { startPage } from "./start.ts";

startPage();
void startDashboard();
