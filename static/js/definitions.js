// Shows the definition of a concept at a link to it: on hover, on focus, and at the first touch;
// the second one follows the link. Without this script, and without popovers, a link is a link.
(() => {
  const kept = document.getElementById("definitions");
  if (!kept || !HTMLElement.prototype.showPopover) return;
  const known = new Map();
  for (const each of kept.content.children) {
    known.set(each.querySelector("a").getAttribute("href"), each);
  }
  const wide = matchMedia("(min-width:48rem)");
  const box = document.createElement("div");
  box.className = "pop";
  box.popover = "auto"; // Escape and a press elsewhere close it
  box.tabIndex = -1;
  let word = null;
  let touched = false;
  let timer = 0;

  const isShown = (link) => word === link && box.matches(":popover-open");
  const show = (link) => {
    clearTimeout(timer);
    if (isShown(link)) return;
    word?.classList.remove("word");
    word?.removeAttribute("aria-describedby");
    word = link;
    box.replaceChildren(...known.get(key(link)).cloneNode(true).childNodes);
    box.querySelector("p").id = "definition";
    box.classList.toggle("above", link.getBoundingClientRect().bottom > innerHeight * 0.6);
    link.after(box); // read, and reached by Tab, right after the word
    link.classList.add("word");
    link.setAttribute("aria-describedby", "definition");
    box.showPopover();
  };
  const hideLater = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const used = word?.matches(":hover, :focus-visible") || box.matches(":hover, :focus-within");
      if (!used) box.hidePopover();
    }, 300);
  };
  // A sheet lies away from the word, out of the pointer's way: it stays until it is dismissed.
  const pointerLeft = ({ pointerType }) => {
    if (pointerType === "touch") return;
    if (wide.matches && CSS.supports("position-area", "bottom")) hideLater();
    else clearTimeout(timer);
  };
  const key = (link) => link.getAttribute("href").split("#")[0];

  for (const link of document.querySelectorAll("main a[href]")) {
    const text = known.get(key(link))?.querySelector("p").textContent;
    const isBeside = link.closest("li, div")?.textContent.includes(text);
    if (!text || isBeside || link.closest("svg")) continue;
    link.classList.add("def");
    link.addEventListener("pointerenter", ({ pointerType }) => {
      clearTimeout(timer);
      if (pointerType !== "touch") timer = setTimeout(show, 200, link);
    });
    link.addEventListener("pointerleave", pointerLeft);
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", hideLater);
    link.addEventListener("pointerdown", ({ pointerType }) => {
      touched = pointerType === "touch" && !isShown(link);
    });
    link.addEventListener("click", (event) => {
      if (!touched) return;
      touched = false;
      event.preventDefault();
      show(link);
      box.focus({ preventScroll: true });
    });
  }
  box.addEventListener("pointerleave", pointerLeft);
  box.addEventListener("focusout", hideLater);
})();
