"use strict";
// Pages to link to and sources to cite, offered while somebody types or behind a button: in a
// field `[@` begins a citation, `](` the address of a link.
(() => {
  const { make, insert, escaped, isEditor } = writing;
  const BACK = 400; // characters before the cursor that are looked at
  const COPIED = [
    "font", "letterSpacing", "lineHeight", "tabSize", "textIndent", "textTransform", "wordSpacing",
    "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
  ];
  const KINDS = {
    page: {
      begun: /(?<!!)\[([^[\]]*)\]\((?!https?:|mailto:|[/#?])([^\s()<>@#]*)$/,
      button: "Link …", title: "Link to a page", label: "Page",
      more: "Words of the link (the page's title, when empty)",
      write: (choice, words) => `[${words || escaped(choice.label)}](${choice.value})`,
    },
    source: {
      begun: /\[(|@[^[\]]*;\s*)@([^\s,;[\]@]*)$/,
      button: "Cite …", title: "Cite a source", label: "Source",
      more: "Where in it, such as p. 384 (may be empty)",
      write: ({ value }, where) => {
        const place = where.replace(/[;[\]\s]+/g, " ").trim();
        return `[@${value}${place && `, ${place}`}]`;
      },
    },
  };

  // While somebody types ----------------------------------------------------------------------

  /** What is being typed at the cursor, with the length of the whole; null if nothing of ours. */
  const begun = (editor) => {
    const end = editor.selectionStart;
    if (end !== editor.selectionEnd) return null;
    const before = editor.value.slice(Math.max(0, end - BACK), end);
    for (const [kind, { begun: pattern }] of Object.entries(KINDS)) {
      const found = pattern.exec(before);
      if (found) return { kind, words: found[1], asked: found[2], whole: found[0].length };
    }
    return null;
  };

  const complete = (choice) => {
    const editor = typed.field;
    const { kind, asked, words, whole } = begun(editor);
    const end = editor.selectionStart;
    const next = editor.value[end] ?? "";
    const ends = kind === "page" ? ")" : "]";
    const close = (kind === "page" ? next === ")" : /[\],;]/.test(next)) ? "" : ends;
    const bare = kind === "page" && !words.trim(); // a link without words has the page's title
    const text = bare ? KINDS.page.write(choice, "").slice(0, -1) : choice.value;
    insert(editor, text + close, end - (bare ? whole : asked.length), end);
  };

  const typed = new Offer("writing-typed", complete);

  /** Where the cursor stands in the window, found in a copy of the field. */
  const cursor = (editor) => {
    const style = getComputedStyle(editor);
    const copy = make("div", { className: "writing-copy" }, editor.value.slice(0, editor.selectionEnd));
    for (const name of COPIED) copy.style[name] = style[name];
    copy.style.width = `${editor.clientWidth}px`;
    const mark = make("span", { textContent: "\u200b" });
    copy.append(mark);
    document.body.append(copy);
    const box = editor.getBoundingClientRect();
    const top = box.top + mark.offsetTop - editor.scrollTop;
    const found = { left: box.left + mark.offsetLeft, top, bottom: top + mark.offsetHeight };
    copy.remove();
    return found;
  };

  typed.placed = () => {
    const { list } = typed;
    const { left, top, bottom } = cursor(typed.field);
    const above = bottom + list.offsetHeight > window.innerHeight && top > list.offsetHeight;
    list.style.top = `${above ? top - list.offsetHeight : bottom}px`;
    list.style.left = `${Math.max(0, Math.min(left, window.innerWidth - list.offsetWidth - 8))}px`;
  };

  document.addEventListener("DOMContentLoaded", () => document.body.append(typed.list, typed.status));
  document.addEventListener("input", (event) => {
    if (!isEditor(event.target)) return;
    const found = begun(event.target);
    if (found) typed.ask(event.target, found.kind, found.asked);
    else typed.close();
  });
  // On the window, as markdown.js takes Tab away on the document.
  window.addEventListener("keydown", (event) => {
    if (event.target === typed.field) typed.key(event);
  }, true);
  for (const name of ["focusout", "click"]) {
    document.addEventListener(name, (event) => {
      if (event.target === typed.field) typed.close();
    });
  }
  window.addEventListener("scroll", () => typed.open && typed.placed(), { capture: true, passive: true });

  // Behind a button ---------------------------------------------------------------------------

  const dialogOf = (kind) => {
    const { title, label, more: second, write } = KINDS[kind];
    let place;
    let choice;
    const what = make("input", {
      id: `pick-${kind}`, type: "text", autocomplete: "off", role: "combobox",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `pick-${kind}-list`,
    });
    const more = make("input", { id: `pick-${kind}-more`, type: "text", autocomplete: "off" });
    const problem = make("p", { className: "errornote", role: "alert", hidden: true });
    const offer = new Offer(`pick-${kind}-list`, (chosen) => {
      choice = chosen;
      what.value = chosen.label;
    });
    const cancel = make("button", { type: "button", className: "button", textContent: "Cancel" });
    const form = make(
      "form", {},
      make("h2", { id: `pick-${kind}-title`, textContent: title }), problem,
      make("label", { htmlFor: what.id, textContent: label }), what, offer.list, offer.status,
      make("label", { htmlFor: more.id, textContent: second }), more,
      make(
        "div", { className: "writing-end" },
        make("button", { type: "submit", className: "button default", textContent: "Insert" }), cancel,
      ),
    );
    const dialog = make(
      "dialog", { className: "writing-dialog", "aria-labelledby": `pick-${kind}-title` }, form,
    );
    const ask = () => {
      choice = null;
      offer.ask(what, kind, what.value);
    };
    what.addEventListener("input", ask);
    what.addEventListener("keydown", (event) => offer.key(event));
    what.addEventListener("focusout", () => offer.close());
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      offer.close();
      place.editor.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      problem.hidden = Boolean(choice);
      if (!choice) {
        problem.textContent = `Choose a ${kind} from the list: type a part of its name.`;
        what.focus();
        ask();
        return;
      }
      dialog.close();
      insert(place.editor, write(choice, more.value.trim()), place.start, place.end);
    });
    document.body.append(dialog);
    return (editor) => {
      const { selectionStart: start, selectionEnd: end } = editor;
      // A link takes the place of its words; a citation follows what is selected.
      place = { editor, start: kind === "page" ? start : end, end };
      form.reset();
      problem.hidden = true;
      more.value = kind === "page" ? editor.value.slice(start, end) : "";
      dialog.showModal();
      what.focus();
      ask();
    };
  };

  for (const kind of Object.keys(KINDS)) {
    let open;
    writing.button(KINDS[kind].button, (editor) => {
      open ??= dialogOf(kind);
      open(editor);
    });
  }
})();
