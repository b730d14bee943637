// Where the script begins. The texts come last: behind the code they pack better.
import { start } from "./main.js";
import builtIn from "texts";

start(builtIn).catch((error) => console.warn("holdtrue:", error));
