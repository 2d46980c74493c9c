// Writes golden.json: the items of items.json as references, by citeproc and the official styles.
// README.md says how to run it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [styles, locales] = process.argv.slice(2);
const CSL = createRequire(join(process.cwd(), "here"))("citeproc");
const here = (name) => new URL(name, import.meta.url);
const ACCESSED = { "date-parts": [[2026, 12, 2]] };
const STYLES = {
  apa: "apa",
  mla: "modern-language-association",
  chicago: "chicago-author-date",
  harvard: "harvard-cite-them-right",
};

const items = JSON.parse(readFileSync(here("items.json"), "utf8"));
const xml = (name) => readFileSync(join(styles, `${name}.csl`), "utf8");
const locale = (name) =>
  readFileSync(join(locales, `locales-${name === "en-GB" ? name : "en-US"}.xml`), "utf8");

const plain = (html) =>
  html
    .replace(/<\/?div[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replace(/&amp;/g, "&")
    .trim();

// One engine an item: works of the same authors would change each other's references.
const reference = (style, item) => {
  const accessed = style === "harvard" && item.URL ? { accessed: ACCESSED } : {};
  // Else every work in English would be quoted as in the United States.
  const { language, ...said } = item;
  const sys = { retrieveLocale: locale, retrieveItem: () => ({ ...said, ...accessed }) };
  const engine = new CSL.Engine(sys, xml(STYLES[style]), style === "harvard" ? "en-GB" : "en-US", true);
  engine.updateItems([item.id]);
  return plain(engine.makeBibliography()[1][0]);
};

const golden = {};
for (const item of items) {
  golden[item.id] = {};
  for (const style of Object.keys(STYLES)) golden[item.id][style] = reference(style, item);
}
writeFileSync(here("golden.json"), `${JSON.stringify(golden, null, 1)}\n`);
