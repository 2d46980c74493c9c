// Search in a copy of the site: finds pages by the words of search-index.js, without asking anybody.
(() => {
  const { pages, stop, rules, words } = searchIndex;
  const MOST = 50;
  const TERMS = 12;
  const input = document.querySelector("main input[name=q]");
  const place = document.getElementById("found");
  const stopped = new Set(stop.split(" "));
  const made = rules.map(([pattern, by]) => [new RegExp(pattern), by]);
  const marks = { "‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };

  const folded = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/ß/g, "ss").normalize("NFKD")
      .replace(/\p{M}/gu, "").replace(/[‘’ʼ`´æœøłđı]/g, (each) => marks[each]);
  const wordsOf = (text) =>
    (folded(text).match(/(?:\p{L}\.){2,}\p{L}?|[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu) || []).map((word) =>
      word.replaceAll(".", "").replace(/'s$/, "").replaceAll("'", "").slice(0, 40));
  const stem = (word) => {
    if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
    return made.reduce((left, [rule, by]) => {
      const shorter = left.replace(rule, by);
      return shorter.length > 2 && /[aeiouy]/.test(shorter) ? shorter : left;
    }, word);
  };
  const stemsOf = (text) => {
    const all = wordsOf(text);
    const some = all.filter((word) => !stopped.has(word));
    return [...new Set((some.length ? some : all).map(stem))];
  };
  const numbers = (written) => {
    let sum = 0;
    return written ? written.split(" ").map((each) => (sum += parseInt(each, 36))) : [];
  };

  // How well each page fits a word: its names and summary count for more than what else it says.
  const fitting = (word) => {
    const [lead = [], body = []] = (Object.hasOwn(words, word) ? words[word] : "").split(".").map(numbers);
    const rare = Math.log(1 + pages.length / (1 + lead.length + body.length));
    return new Map([...body.map((page) => [page, rare]), ...lead.map((page) => [page, 3 * rare])]);
  };
  const named = (page, terms) => {
    const best = [pages[page][0], ...pages[page][4]].map((name) => {
      const own = stemsOf(name);
      const hits = own.filter((each) => terms.includes(each)).length;
      return (hits * hits) / (own.length * terms.length || 1);
    });
    return 8 * Math.max(...best);
  };
  const find = (text) => {
    const terms = stemsOf(text).slice(0, TERMS);
    const each = terms.map(fitting);
    const some = [...new Set(each.flatMap((found) => [...found.keys()]))];
    const all = some.filter((page) => each.every((found) => found.has(page)));
    const score = (page) =>
      each.reduce((sum, found) => sum + (found.get(page) || 0), 0) + named(page, terms);
    const ranked = (all.length ? all : some).map((page) => [score(page), page]);
    ranked.sort(([a, one], [b, other]) => b - a || one - other);
    return { whole: all.length > 0, found: ranked.map(([, page]) => pages[page]) };
  };

  const element = (name, ...content) => {
    const made = document.createElement(name);
    made.append(...content);
    return made;
  };
  const item = ([title, kind, address, summary]) => {
    const link = element("a", title);
    link.href = `../${address}`;
    return element("li", element("p", link, " ", element("small", kind)), element("p", summary));
  };
  const show = (text) => {
    const { whole, found } = find(text);
    const told = document.createElement("p");
    const many = `${found.length} result${found.length === 1 ? "" : "s"}`;
    if (!found.length) told.append(`Nothing is found for “${text}”. Try fewer words, or another word for the same thing.`);
    else if (!whole) told.append(`No page has all of these words. ${many} with some of them.`);
    else told.append(element("b", many), ` for “${text}”.`);
    if (found.length > MOST) told.append(` The first ${MOST}:`);
    const list = element("ol", ...found.slice(0, MOST).map(item));
    list.className = "editions";
    place.replaceChildren(told, ...(found.length ? [list] : []));
  };
  const asked = (new URLSearchParams(location.search).get("q") || "").trim().slice(0, 1000);
  input.value = asked;
  if (asked) show(asked);
})();
