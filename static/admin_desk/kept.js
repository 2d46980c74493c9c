// After a new log-in the form's token is old: take the one that is valid now before it is sent.
// Without script the form is refused once more, with the new token in it.
"use strict";

for (const form of document.querySelectorAll("form[data-token]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.dataset.token, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
      if (fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
    } finally {
      form.submit();
    }
  });
}
