// The live chat of a case, the live list of the day, the words to begin with, the print button. Everything else works without a script.
"use strict";

const chat = document.getElementById("chat");
const day = document.getElementById("live");
const title = document.title;

function toEnd() {
  chat.scrollTop = chat.scrollHeight;
}

// A part of the page that the server gives anew when it has changed; its words are escaped by the server's templates.
async function refresh(part) {
  const address = part.dataset.url + "?version=" + encodeURIComponent(part.dataset.version);
  const answer = await fetch(address, { redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect") return location.reload();
  if (answer.status !== 200) return;
  const news = await answer.json();
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 80;
  part.innerHTML = news.html;
  part.dataset.version = news.version;
  if (part === chat && atEnd) toEnd();
  if (part === day) document.title = (news.danger ? `(${news.danger}) ` : "") + title;
}

async function follow(part, pause) {
  try {
    if (part === day || !(document.hidden || location.search.includes("all=1"))) await refresh(part);
    part.classList.remove("offline");
  } catch {
    part.classList.add("offline");
  }
  setTimeout(follow, pause, part, pause);
}

if (chat) {
  toEnd();
  setTimeout(follow, 2500, chat, 2500);
}
if (day) setTimeout(follow, 5000, day, 5000);

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
