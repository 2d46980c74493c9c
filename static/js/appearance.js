// Keeps the reader's choice of light or dark on this device. Without this script, and where the
// browser keeps nothing, the choice lasts for one page.
(() => {
  const root = document.documentElement;
  const name = "appearance";
  let choice = "";
  try {
    choice = localStorage.getItem(name) || "";
  } catch {
    return;
  }
  const show = () => {
    if (choice) root.dataset.theme = choice;
    else delete root.dataset.theme;
  };
  show();
  document.addEventListener("DOMContentLoaded", () => {
    for (const radio of document.getElementsByName(name)) {
      radio.checked = radio.value === choice;
      radio.addEventListener("change", () => {
        choice = radio.value;
        show();
        try {
          localStorage.setItem(name, choice);
        } catch {
          // Private windows of some browsers keep nothing.
        }
      });
    }
  });
})();
