// Builds what visitors load, the same bytes every time: one file a language, and one that fetches its texts.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";

const here = new URL(".", import.meta.url);
const out = new URL(process.argv[2] ? `file://${process.argv[2]}/` : "../src/holdtrue/website/consent/static/consent/", here);
const LIMIT = 9000;

const read = (name) => readFileSync(new URL(name, here), "utf8");
const languages = readdirSync(new URL("texts/", here)).map((name) => name.slice(0, 2)).sort();
const texts = Object.fromEntries(languages.map((language) => [language, JSON.parse(read(`texts/${language}.json`))]));
const { version } = JSON.parse(read("package.json"));

const minifiedStyle = {
  name: "style",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "chrome125" });
      // What esbuild leaves alone: the values of custom properties and spaces after commas.
      return { contents: code.trim().replace(/, /g, ",").replace(/(--\w): /g, "$1:"), loader: "text" };
    }),
};

/** The texts as a module of its own. */
const withTexts = (language) => ({
  name: "texts",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^texts$/ }, () => ({ path: "texts", namespace: "texts" }));
    onLoad({ filter: /./, namespace: "texts" }, () => ({ contents: JSON.stringify(texts[language] || null), loader: "json" }));
  },
});

// The mark of byte order makes the file UTF-8 on pages of any encoding.
const HEAD = `\uFEFF/*! Holdtrue Apache-2.0 */`;

const bundled = async (entry, format, define, language) => {
  const { outputFiles } = await build({
    entryPoints: [new URL(`src/${entry}`, here).pathname], bundle: true, write: false, format, target: "es2022", charset: "utf8", minify: true,
    // Not strict: on a page that froze its prototypes the guard must fail in silence, not the banner with it.
    tsconfigRaw: "{}", mangleProps: /[^_]_$/, legalComments: "none", plugins: [minifiedStyle, withTexts(language)], define,
  });
  // A second pass by terser takes another three in a hundred off.
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2022, module: format === "esm", compress: { passes: 3, unsafe: true, unsafe_arrows: true, keep_fargs: false, inline: 1 }, mangle: true, format: { ascii_only: false },
  });
  return `${HEAD}${code}\n`;
};

const made = (language, revision) =>
  bundled("start.js", "iife", {
    IS_WHOLE: String(!!language), LANGUAGE: JSON.stringify(language), LANGUAGES: JSON.stringify(language || languages.join(" ")), BUILD: JSON.stringify(revision),
  }, language);

// The revision names style and code without texts, so that a record says exactly what was shown.
const sources = [await made("", ""), ...languages.map((language) => JSON.stringify(texts[language]))];
const revision = `${version}+${createHash("sha256").update(sources[0]).digest("hex").slice(0, 8)}`;

const files = {};
for (const language of languages) {
  files[`holdtrue.${language}.js`] = await made(language, revision);
  files[`texts.${language}.json`] = JSON.stringify(texts[language]);
}
files["receipt.js"] = await bundled("receipt.js", "esm", {});
files["holdtrue.js"] = await made("", revision);
files["build.json"] = `${JSON.stringify({ build: revision, languages }, null, 1)}\n`;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, out), content);

const packed = (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
let isFine = true;
for (const language of languages) {
  const alone = packed(files[`holdtrue.${language}.js`]);
  const apart = packed(files["holdtrue.js"]) + packed(files[`texts.${language}.json`]);
  if (alone > LIMIT) isFine = false;
  console.log(`${language}  ${alone} bytes  (texts apart: ${apart})`);
}
if (!isFine) {
  console.error(`A file is larger than ${LIMIT} bytes of brotli.`);
  process.exit(1);
}
