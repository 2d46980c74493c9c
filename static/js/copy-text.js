// Buttons that copy a text: `<button type="button" hidden data-copy="ID">` copies what the element
// with that id holds; with `data-rich` also its markup, so that italics stay where it is pasted.
// Without this script, and where the browser lets no page copy, the buttons stay hidden.
(() => {
  const clipboard = navigator.clipboard;
  if (!clipboard) return;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  let timer = 0;
  const say = (words) => {
    said.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => said.replaceChildren(), 6000);
  };
  const textOf = (from) => from.value ?? from.textContent.trim().replace(/\s*\n\s*/g, "\n");
  const copy = (from, rich) => {
    const text = textOf(from);
    if (!rich || !window.ClipboardItem) return clipboard.writeText(text);
    // Some programs know no <cite>, but all know italics.
    const html = from.value ?? from.innerHTML.trim().replace(/<(\/?)cite>/g, "<$1i>");
    const forms = { "text/plain": text, "text/html": html };
    const blobs = Object.entries(forms).map(([type, form]) => [type, new Blob([form], { type })]);
    return clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(said);
    for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    const from = button && document.getElementById(button.dataset.copy);
    if (!from) return;
    const done = copy(from, "rich" in button.dataset);
    done.then(() => say("Copied"), () => say("It was not copied: select the text and copy it."));
  });
})();
