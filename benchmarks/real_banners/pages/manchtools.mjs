// with svelte
import Page from "./manchtools.svelte";

new Page({ target: document.getElementById("app") });
