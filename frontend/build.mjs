/** Makes what a browser is given, in OUT: the scripts, the style sheet, the fonts, and the licences of what is not ours. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const OUT = process.argv[2];
const FONTS = { "noto-sans": "Noto Sans", "pt-serif": "PT Serif" };
const FACES = {
  "noto-sans": ["400-normal", "700-normal"],
  "pt-serif": ["400-normal", "700-normal", "400-italic"],
};
/** English, Russian, Kazakh; a browser fetches only the pieces that a page's letters fall in. */
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext"];
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

const modules = (path) => new URL(`node_modules/${path}`, import.meta.url);

/** The @font-face rules of one font. Pages preload the pieces that their language needs; one that
 * comes too late serves from the next page on, so that nothing moves. */
async function faces(font) {
  const ranges = JSON.parse(await readFile(modules(`@fontsource/${font}/unicode.json`), "utf8"));
  const rules = FACES[font].flatMap((face) =>
    SCRIPTS.map((script) => {
      const [weight, style] = face.split("-");
      return `@font-face {
        font-family: "${FONTS[font]}"; font-weight: ${weight}; font-style: ${style}; font-display: optional;
        src: url(fonts/${font}-${script}-${face}.woff2) format("woff2"); unicode-range: ${ranges[script]};
      }`;
    }),
  );
  return rules.join("\n");
}

async function copyFonts(font) {
  const names = FACES[font].flatMap((face) => SCRIPTS.map((script) => `${font}-${script}-${face}.woff2`));
  await Promise.all(names.map((name) => cp(modules(`@fontsource/${font}/files/${name}`), `${OUT}/fonts/${name}`)));
}

/** `import "fonts.css"` gives the rules of all fonts; their files stand beside the sheet and keep their names. */
const fonts = {
  name: "fonts",
  setup(bundle) {
    bundle.onResolve({ filter: /^fonts\.css$/ }, () => ({ path: "fonts.css", namespace: "fonts" }));
    bundle.onResolve({ filter: /\.woff2$/ }, ({ path }) => ({ path, external: true }));
    bundle.onLoad({ filter: /.*/, namespace: "fonts" }, async () => ({
      contents: (await Promise.all(Object.keys(FONTS).map(faces))).join("\n"),
      loader: "css",
    }));
  },
};

async function licences() {
  const ours = ["htmx.org", ...Object.keys(FONTS).map((font) => `@fontsource/${font}`)];
  const texts = await Promise.all(
    ours.map(async (name) => `${name}\n\n${await readFile(modules(`${name}/LICENSE`), "utf8")}`),
  );
  await writeFile(`${OUT}/LEGAL.txt`, texts.join(`\n${"-".repeat(80)}\n\n`));
}

await rm(OUT, { recursive: true, force: true });
await mkdir(`${OUT}/fonts`, { recursive: true });
await Promise.all([
  build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ["ts/desk.ts", "ts/passkey.ts", "ts/timeline.ts", "css/desk.css"],
    entryNames: "[name]",
    outdir: OUT,
    bundle: true,
    minify: true,
    target: BROWSERS,
    plugins: [fonts],
    logLevel: "warning",
  }),
  cp(modules("htmx.org/dist/htmx.min.js"), `${OUT}/htmx.min.js`),
  cp(new URL("icon.svg", import.meta.url), `${OUT}/icon.svg`),
  ...Object.keys(FONTS).map(copyFonts),
]);
await licences(); // last: it says that all the rest is there
