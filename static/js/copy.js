// A click on the address of a row or a cell also copies it, and says so. Without this script, and
// where the browser lets no page copy, the link still leads to its place.
(() => {
  if (!navigator.clipboard) return;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  document.body.append(said);
  let timer = 0;
  const say = (words) => {
    said.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => said.replaceChildren(), 6000);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.h[href^='#']");
    if (!link) return;
    const copied = navigator.clipboard.writeText(link.href);
    copied.then(() => say(`Address copied: ${link.href}`), () => say("The address was not copied."));
  });
})();
