/** Measures the extension in a real VS Code, in a process of its own that reaches nothing but the loopback, and prints the outcome as JSON. */
import { measureEditor, type EditorLot } from "./editor.ts";

const lot = JSON.parse(process.argv[2] ?? "") as EditorLot;
process.stdout.write(JSON.stringify(await measureEditor(lot)));
