"use strict";
// Lists of the desk's forms: the table's rows, sides, claims, questions, and the lists that are
// made from the schema. Adds items, puts them in order by handle or by button, proposes keys.
// Without it the numbers of the order are typed, and lists have empty items at their end.
(() => {
  const LISTS = ".inline-group, .parts-list";
  const POSITION = [
    ':scope > .tools > .order > input', '.field-position input', '.field-place input',
  ].join();

  const itemsOf = (list) => [...list.querySelectorAll(
    ".inline-related:not(.empty-form), .parts-item",
  )].filter((item) => item.closest(LISTS) === list);
  const listOf = (item) => item.parentElement.closest(LISTS);
  const positionOf = (item) => item.querySelector(POSITION);

  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    if (tag === "button") element.type = "button";
    element.className = className;
    element.textContent = text;
    return element;
  };

  // What is said to those who do not see it -----------------------------------------------------

  const region = make("div", "visually-hidden");
  region.setAttribute("aria-live", "polite");
  const say = (text) => { region.textContent = text; };

  const nameOf = (item) => {
    const chosen = item.querySelector("th select option:checked");
    const named = item.querySelector(".inline_label, :scope > .tools > .number");
    return (chosen?.value ? chosen.textContent : named?.textContent ?? "New").trim();
  };

  // Order ---------------------------------------------------------------------------------------

  const TYPED = "select, textarea, input:not([type=hidden], [type=number], [type=checkbox])";
  const isEmpty = (item) => !item.matches(".has_original, .parts-item")
    && ![...item.querySelectorAll(TYPED)].some((field) => field.value);

  // A new form that holds nothing but its place would count as filled in.
  const write = (list) => {
    list.classList.add("moved");
    const items = itemsOf(list);
    const first = items.some((item) => item.querySelector(".field-position")) ? 0 : 1;
    items.forEach((item, index) => {
      positionOf(item).value = isEmpty(item) ? "" : index + first;
    });
  };

  // The neighbour makes way, so that what is moved keeps its focus and its pointer.
  const move = (item, by) => {
    const list = listOf(item);
    const items = itemsOf(list);
    const other = items[items.indexOf(item) + by];
    if (!other) return say(`${nameOf(item)} is ${by < 0 ? "first" : "last"} already.`);
    if (by < 0) item.after(other); else item.before(other);
    write(list);
    const place = itemsOf(list).indexOf(item) + 1;
    return say(`${nameOf(item)} is now ${place} of ${items.length}.`);
  };

  const drag = (event, item) => {
    if (event.button) return;
    event.preventDefault();
    item.classList.add("dragged");
    const follow = ({ clientY }) => {
      const edge = clientY < 80 ? -12 : clientY > window.innerHeight - 120 ? 12 : 0;
      window.scrollBy(0, edge);
      const items = itemsOf(listOf(item));
      const at = items.indexOf(item);
      const above = items[at - 1]?.getBoundingClientRect();
      const below = items[at + 1]?.getBoundingClientRect();
      if (above && clientY < above.top + above.height / 2) move(item, -1);
      else if (below && clientY > below.top + below.height / 2) move(item, 1);
    };
    const stop = () => {
      item.classList.remove("dragged");
      document.removeEventListener("pointermove", follow);
      for (const end of ["pointerup", "pointercancel"]) document.removeEventListener(end, stop);
    };
    document.addEventListener("pointermove", follow);
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, stop);
  };

  const toolsOf = (item) => {
    const there = item.querySelector(":scope > .tools, :scope > th > .tools");
    if (there) return there;
    const tools = make("span", "tools");
    item.querySelector("h3").append(tools);
    return tools;
  };

  const equip = (item) => {
    if (!positionOf(item)) return;
    const tools = toolsOf(item);
    tools.querySelector(":scope > .moves")?.remove(); // what a copy has does nothing
    const moves = make("span", "moves");
    const handle = make("span", "handle", "⠿");
    handle.title = "Drag to its place";
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", (event) => drag(event, item));
    moves.append(handle);
    for (const [text, by] of [["Up", -1], ["Down", 1]]) {
      const button = make("button", "move", text);
      button.addEventListener("focus", () => {
        button.setAttribute("aria-label", `${text}: ${nameOf(item)}`);
      });
      button.addEventListener("click", () => move(item, by));
      moves.append(button);
    }
    tools.prepend(moves);
    listOf(item).classList.add("ordered");
  };

  // Adding --------------------------------------------------------------------------------------

  const began = (item) => {
    equip(item);
    item.querySelector(TYPED)?.focus();
    say("Added at the end.");
  };

  const add = (list) => {
    const { name } = list.dataset;
    const template = list.querySelector(":scope > template");
    const used = [...list.querySelectorAll(`[name^="${name}-"]`)].map(
      (field) => Number.parseInt(field.name.slice(name.length + 1), 10),
    );
    const next = Math.max(-1, ...used.filter((index) => index >= 0)) + 1;
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll(`${name}-__n__`, `${name}-${next}`);
    const item = holder.firstElementChild;
    template.before(item);
    if (list.classList.contains("ordered")) write(list);
    item.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
  };

  const offer = (list) => {
    const button = make("button", "add", "Add another");
    button.setAttribute("aria-label", `Add another: ${list.getAttribute("aria-label")}`);
    button.addEventListener("click", () => add(list));
    list.append(button);
  };

  // The admin's script numbers forms anew, in the order in which they stand, when a new one is
  // taken away; those that are saved must come first for it.
  const putSavedFirst = (prefix) => {
    const items = itemsOf(document.getElementById(`${prefix}-group`));
    const [end] = items.slice(-1);
    if (!end) return;
    const mark = make("template", "");
    end.after(mark);
    const saved = items.filter((item) => item.classList.contains("has_original"));
    mark.before(...saved, ...items.filter((item) => !saved.includes(item)));
    queueMicrotask(() => { mark.before(...items); mark.remove(); });
  };

  // Keys ----------------------------------------------------------------------------------------

  const propose = (select) => {
    const group = select.closest("[data-proposals]");
    const key = select.closest("tr")?.querySelector(".field-key input");
    if (!group || !key || key.readOnly || key.closest(".has_original")) return;
    if (key.value && key.value !== key.dataset.proposed) return; // somebody typed it
    key.value = JSON.parse(group.dataset.proposals)[select.value] ?? "";
    key.dataset.proposed = key.value;
  };

  document.addEventListener("change", ({ target }) => {
    if (target.matches("th select")) propose(target);
  });
  document.addEventListener("submit", () => {
    document.querySelectorAll(".moved").forEach(write); // what was empty may have been written
  }, true);
  document.addEventListener("formset:added", ({ target }) => began(target));
  document.addEventListener("formset:removed", ({ detail }) => putSavedFirst(detail.formsetName));
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(region);
    for (const list of document.querySelectorAll(LISTS)) itemsOf(list).forEach(equip);
    document.querySelectorAll(".parts-list").forEach(offer);
    document.querySelector("[aria-invalid=true]")?.focus(); // what was refused may be far below
  });
})();
