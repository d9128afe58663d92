// The live chat of a case, the words to begin with, the print button. Everything else works without a script.
"use strict";

const chat = document.getElementById("chat");

function toEnd() {
  chat.scrollTop = chat.scrollHeight;
}

async function refresh() {
  if (document.hidden || location.search.includes("all=1")) return;
  const address = chat.dataset.url + "?version=" + encodeURIComponent(chat.dataset.version);
  const answer = await fetch(address, { redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect") return location.reload();
  if (answer.status !== 200) return;
  const news = await answer.json();
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  chat.innerHTML = news.html; // escaped by the server's templates
  chat.dataset.version = news.version;
  if (atEnd) toEnd();
}

async function follow() {
  try {
    await refresh();
    chat.classList.remove("offline");
  } catch {
    chat.classList.add("offline");
  }
  setTimeout(follow, 2500);
}

if (chat) {
  toEnd();
  setTimeout(follow, 2500);
}

for (const button of document.querySelectorAll("[data-fill]")) {
  button.addEventListener("click", () => {
    const field = button.form.elements.text;
    field.value = button.dataset.fill + field.value;
    field.focus();
  });
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// One tap sends once.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
