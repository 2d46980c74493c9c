"use strict";
// A list of suggestions for a field, after the pattern of a combobox with a listbox: the cursor
// stays in the field, arrow keys move in the list, Enter or Tab takes, Escape closes.
const Offer = (() => {
  const { make } = writing;
  const WAIT = 120; // milliseconds without a key before the server is asked
  const NAMES = { page: "pages", source: "sources" };

  /** The suggestions for one field at a time; `take` is called with the one that is chosen. */
  return class Offer {
    constructor(id, take) {
      this.list = make("ul", { id, className: "writing-list", role: "listbox", hidden: true });
      // Beside the list, as what is outside a dialog is not heard while it is open.
      this.status = make("div", { className: "visually-hidden", role: "status" });
      this.take = take;
      this.close();
      // The field keeps its cursor.
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option) this.choose([...this.list.children].indexOf(option));
      });
    }

    get open() {
      return !this.list.hidden;
    }

    ask(field, kind, asked) {
      this.field = field;
      this.stop();
      this.pending = true;
      this.timer = setTimeout(() => this.fetch(kind, asked), WAIT);
    }

    stop() {
      clearTimeout(this.timer);
      this.asking?.abort();
    }

    async fetch(kind, asked) {
      const asking = new AbortController();
      this.asking = asking;
      const query = new URLSearchParams({ kind, q: asked });
      try {
        const address = document.querySelector("[data-suggest-path]").dataset.suggestPath;
        const response = await fetch(`${address}?${query}`, { signal: asking.signal });
        if (!response.ok) throw new Error(response.statusText);
        this.show(kind, (await response.json()).results);
      } catch {
        // Without suggestions one goes on typing. A newer question has closed this one already.
        if (!asking.signal.aborted) this.close();
      }
    }

    show(kind, choices) {
      this.pending = false;
      this.choices = choices;
      this.list.setAttribute("aria-label", NAMES[kind]);
      this.list.replaceChildren(...choices.map(({ label, value, hint }, number) => make(
        "li", { id: `${this.list.id}-${number}`, role: "option" },
        make("span", { className: "writing-label", textContent: label }),
        make("span", { className: "writing-hint", textContent: `${value} · ${hint}` }),
      )));
      this.list.hidden = !choices.length;
      this.status.textContent = choices.length
        ? `${choices.length} ${NAMES[kind]} found: arrow keys move, Enter takes, Escape closes.`
        : `No ${NAMES[kind]} found.`;
      this.field.setAttribute("aria-controls", this.list.id);
      if (this.field.role === "combobox") this.field.setAttribute("aria-expanded", this.open);
      this.activate(choices.length ? 0 : -1);
      if (this.open) this.placed?.();
      if (this.open && this.hasty) this.choose(0);
      this.hasty = false;
    }

    activate(number) {
      this.active = number;
      [...this.list.children].forEach((option, at) => {
        option.setAttribute("aria-selected", at === number);
      });
      const option = this.list.children[number];
      option?.scrollIntoView({ block: "nearest" });
      if (option) this.field.setAttribute("aria-activedescendant", option.id);
      else this.field.removeAttribute("aria-activedescendant");
    }

    /** Take what is marked; where the list is still that of a shorter word, the next one's first. */
    accept() {
      if (this.pending) this.hasty = true;
      else this.choose(this.active);
    }

    choose(number) {
      const choice = this.choices[number];
      this.close();
      this.take(choice);
    }

    close() {
      this.stop();
      this.list.hidden = true;
      this.hasty = false;
      this.list.replaceChildren();
      this.status.textContent = "";
      this.field?.removeAttribute("aria-activedescendant");
      if (this.field?.role === "combobox") this.field.setAttribute("aria-expanded", "false");
    }

    key(event) {
      if (!this.open || event.isComposing) return;
      const { length } = this.choices;
      const acts = {
        ArrowDown: () => this.activate((this.active + 1) % length),
        ArrowUp: () => this.activate((this.active + length - 1) % length),
        Enter: () => this.accept(),
        Tab: () => this.accept(),
        Escape: () => this.close(),
      };
      if (!Object.hasOwn(acts, event.key) || event.shiftKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      acts[event.key]();
    }
  };
})();
