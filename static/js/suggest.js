// Suggests pages while somebody types into a search box: a combobox with a list (ARIA 1.2). Arrows
// choose, Enter opens, Escape closes. Without this script the box is a plain search box.
(() => {
  const input = document.querySelector("input[name=q]");
  const form = input?.form;
  if (!form) return;
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const place = input.parentElement;
  place.classList.add("box");
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
    "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);
  let chosen = -1;
  let timer = 0;
  let request = new AbortController();

  const choose = (number) => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = number;
    const option = list.children[chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    choose(-1);
  };
  const close = () => {
    clearTimeout(timer);
    request.abort();
    open(false);
  };
  const option = ({ title, address, kind, name }, number) => {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.address = address;
    const small = document.createElement("small");
    small.textContent = name ? `${kind}, also called ${name}` : kind;
    item.append(title, " ", small);
    return item;
  };
  const ask = async () => {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    const address = new URL("suggest/", form.action);
    address.searchParams.set("q", input.value.slice(0, 200));
    try {
      const answer = await fetch(address, { signal });
      const { suggestions } = await answer.json();
      if (signal.aborted) return;
      list.replaceChildren(...suggestions.map(option));
      open(suggestions.length > 0);
    } catch {
      if (!signal.aborted) close(); // offline, or the answer was none: the box still searches
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(ask, 120);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? count - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.address);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps its focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.address);
  });
  input.addEventListener("blur", close);
})();
