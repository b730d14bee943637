// Bundles the pages that need it, as their packages' manuals say: node build.mjs FOLDER [NAME…]
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(import.meta.url);
const [folder, ...names] = process.argv.slice(2);
const entries = readdirSync(folder).filter((file) => [".jsx", ".ts", ".mjs"].includes(extname(file)));
for (const file of entries) {
  const name = basename(file, extname(file));
  if (names.length && !names.includes(name)) continue;
  // A page says on its first line which of several versions of a framework it wants: `// react: react16`.
  const first = readFileSync(join(folder, file), "utf8").split("\n")[0];
  const alias = {};
  for (const [, what, which] of first.matchAll(/([@\w/.-]+): ([@\w/.-]+)/g)) alias[what] = which;
  const plugins = [{
    // What older bundlers gave for Node's own modules.
    name: "node",
    setup(build) {
      build.onResolve({ filter: /^(crypto|fs|path|stream|http|https|url|zlib|util)$/ }, (asked) => ({ path: asked.path, namespace: "node" }));
      build.onLoad({ filter: /.*/, namespace: "node" }, () => ({ contents: "module.exports = {};" }));
    },
  }];
  // Packages that ship sources: components of Vue 2, and styles in Sass.
  plugins.push({
    name: "sources",
    setup(build) {
      build.onLoad({ filter: /\.vue$/ }, ({ path }) => {
        const { parse, compileTemplate, rewriteDefault } = require("vue2/compiler-sfc");
        const { template, script } = parse({ source: readFileSync(path, "utf8"), filename: path });
        const { code } = compileTemplate({ source: template.content, filename: path });
        return { contents: `${rewriteDefault(script.content, "component")}\n${code}\nexport default Object.assign(component, { render, staticRenderFns });`, loader: "js" };
      });
      build.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
        contents: require("sass").compile(path, { loadPaths: [join(here, "node_modules")], logger: require("sass").Logger.silent }).css,
        loader: "css",
      }));
    },
  });
  if (first.includes("svelte")) plugins.push({
    // Components that are compiled here run on what compiled them, whichever version their package brings along.
    name: "svelte",
    setup: (build) => build.onResolve({ filter: /^svelte(\/|$)/ }, ({ path, pluginData, kind }) =>
      pluginData === here ? undefined : build.resolve(path, { resolveDir: here, pluginData: here, kind })),
  }, require("esbuild-svelte")({ compilerOptions: { css: "injected" } }));
  try {
    await esbuild.build({
      entryPoints: [join(folder, file)],
      outfile: join(folder, "built", `${name}.js`),
      bundle: true,
      format: "iife",
      target: "es2022",
      jsx: "automatic",
      alias,
      plugins,
      minify: true,
      logLevel: "error",
      absWorkingDir: here,
      nodePaths: [join(here, "node_modules")],
      define: { "process.env.NODE_ENV": '"production"', "process.env": "{}", global: "globalThis", __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
      loader: { ".js": "jsx", ".svg": "dataurl", ".png": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".eot": "dataurl" },
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    });
  } catch (trouble) {
    console.error(`${name}: ${trouble.message.slice(0, 600)}`);
    process.exitCode = 1;
  }
}
