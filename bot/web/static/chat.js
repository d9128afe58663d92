"use strict";
(() => {
  const WORDS = {
    zh: {
      other: "English", skip: "跳到写字的地方", title: "消息", menu: "更多", log: "聊天记录", composer: "写消息", words: "写消息",
      placeholder: "写在这里", send: "发送", plus: "发照片、语音、位置", listen: "读出来", hush: "不读了", older: "看更早的", down: "有新消息 ↓",
      hello: "你好！有啥事直接写，或者点按钮。", online: "在线", connecting: "正在连接", offline: "没有网", typing: "正在回",
      no_network: "没有网。写的话先存着，有网自动发。", no_server: "暂时连不上。写的话都存着，正在再试。",
      waking: "正在醒来，要等一会儿。写的话都收好了。", sending: "正在发…", sent: "已发", failed: "没发出去", retry: "再发一次", drop: "不发了",
      bot: "助手", caseworker: "工作人员", me: "我", today: "今天", yesterday: "昨天",
      photo: "照片", voice: "语音", document: "文件", location: "我的位置", contact: "我的手机号", sticker: "表情", button: "按钮", video: "视频",
      see_photo: "点开看照片", picture: "图片", give_location: "发我的位置", no_location: "拿不到位置。把地名写下来也行。",
      phone_label: "手机号", phone_own: "我自己的", phone_other: "家里人的", phone_whose: "谁的？", phone_send: "发号码", phone_bad: "手机号是 11 个数字，看看少没少。",
      code_label: "我有纸条上的码（6 个数字）", code_use: "用这个码", code_bad: "码是 6 个数字。", wait: "点得太快了，等一会儿再试。",
      leave: "在这台手机上退出", leave_sure: "聊天会从这台手机上收走。下回用纸条上的码再进来。", leave_yes: "退出", leave_no: "先不退", left: "已退出。", again: "重新开始",
      too_large: "太大了，发不了。", file: "这种文件发不了。", gone: "刷新过了，请重新选。",
      demo: "演示", demo_about: "演示", demo_who: "换个人", demo_clock: "+3 天", demo_desk: "看后台", demo_now: "演示时间到了",
    },
    en: {
      other: "中文", skip: "Go to writing", title: "Messages", menu: "More", log: "Conversation", composer: "Write a message", words: "Write a message",
      placeholder: "Write here", send: "Send", plus: "Send a photo, voice or place", listen: "Read aloud", hush: "Stop reading", older: "Earlier messages", down: "New message ↓",
      hello: "Hello! Write what you need, or tap a button.", online: "Online", connecting: "Connecting", offline: "No network", typing: "Answering",
      no_network: "No network. What you write is kept, and sent later.", no_server: "No connection just now. What you write is kept; trying again.",
      waking: "Waking up, this takes a moment. Your words are safe.", sending: "Sending…", sent: "Sent", failed: "Not sent", retry: "Send again", drop: "Leave it",
      bot: "Assistant", caseworker: "Caseworker", me: "Me", today: "Today", yesterday: "Yesterday",
      photo: "Photo", voice: "Voice", document: "File", location: "My place", contact: "My phone", sticker: "Sticker", button: "Button", video: "Video",
      see_photo: "Show the photo", picture: "Picture", give_location: "Send my place", no_location: "Your place could not be read. Writing its name is fine.",
      phone_label: "Phone number", phone_own: "My own", phone_other: "A relative's", phone_whose: "Whose is it?", phone_send: "Send the number", phone_bad: "A phone number has 11 figures. Please check.",
      code_label: "I have a code on a slip (6 figures)", code_use: "Use this code", code_bad: "A code has 6 figures.", wait: "Too fast. Please wait a little.",
      leave: "Sign out on this phone", leave_sure: "The chat goes from this phone. Come back with a code on a slip.", leave_yes: "Sign out", leave_no: "Stay", left: "Signed out.", again: "Start again",
      too_large: "That is too big to send.", file: "This kind of file cannot be sent.", gone: "The page was reloaded. Please choose it again.",
      demo: "Demo", demo_about: "Demo", demo_who: "Be someone", demo_clock: "+3 days", demo_desk: "Desk", demo_now: "The demo's day is now",
    },
  };
  const $ = (id) => document.getElementById(id);
  const log = $("log"), words = $("words");
  const t = (key) => WORDS[language][key] || key;
  const pause = (ms) => new Promise((done) => { const timer = setTimeout(done, ms); wakers.push(() => { clearTimeout(timer); done(); }); });
  let wakers = [];
  const wake = () => { wakers.splice(0).forEach((go) => go()); };

  function make(tag, props, ...children) {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  }

  function fill(node, ...children) {
    node.textContent = "";
    node.append(...children);
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(svg.namespaceURI, "use"));
    svg.firstChild.setAttribute("href", `#${name}`);
    return svg;
  }

  // -- what this phone keeps: the session, the language, what is not sent yet ---------------------------------------
  const memory = {};
  const KEPT = "messages.";
  function load(key) {
    try { return localStorage.getItem(KEPT + key); } catch (error) { return memory[key] || null; }
  }
  function save(key, value) {
    try {
      if (value === null) localStorage.removeItem(KEPT + key); else localStorage.setItem(KEPT + key, value);
    } catch (error) { memory[key] = value; }
  }
  function unsent() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(`${KEPT}q.`)).map((key) => JSON.parse(localStorage[key]));
    } catch (error) { return []; }
  }

  let language = load("language") || ((navigator.language || "zh").toLowerCase().startsWith("en") ? "en" : "zh");
  let session = load("session");
  let queue = unsent().sort((a, b) => a.at - b.at);
  let newest = 0, oldest = 0, round = 0, pumping = false, waitingSince = 0, unread = 0, reading = null;

  // -- words of the page -------------------------------------------------------------------------------------------
  function speakPage() {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.querySelectorAll("[data-t]").forEach((node) => { node.textContent = t(node.dataset.t); });
    document.querySelectorAll("[data-label]").forEach((node) => { node.setAttribute("aria-label", t(node.dataset.label)); });
    words.placeholder = t("placeholder");
    $("language").textContent = t("other");
    $("language").lang = language === "zh" ? "en" : "zh-CN";
    title();
  }
  const title = () => { document.title = unread ? `(${unread}) ${t("title")}` : t("title"); };

  function banner(key, more) {
    $("banner").hidden = !key;
    $("banner").dataset.key = key || "";
    const said = key ? t(key) + (more || "") : "";
    if ($("banner").textContent !== said) $("banner").textContent = said;
  }
  function connection(key) {
    $("state").textContent = t(key);
    $("state").className = key === "online" ? "" : "off";
    $("state").dataset.key = key;
    const shown = $("banner").dataset.key;
    if (key === "offline") banner(navigator.onLine ? "no_server" : "no_network");
    else if (shown === "no_server" || shown === "no_network") banner(null);
  }

  // -- the server --------------------------------------------------------------------------------------------------
  async function call(method, path, body, seconds) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), (seconds || 30) * 1000);
    const headers = session ? { Authorization: `Bearer ${session}` } : {};
    if (body && !(body instanceof FormData)) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(body);
    }
    try {
      const answer = await fetch(path, { method, headers, body, signal: stop.signal, cache: "no-store" });
      const told = await answer.json().catch(() => ({}));
      return { status: answer.status, told, after: Number(answer.headers.get("Retry-After")) || 5 };
    } finally { clearTimeout(timer); }
  }

  async function open(extra) {
    const answer = await call("POST", "/api/session", Object.assign({ language }, extra));
    if (answer.status === 201) { session = answer.told.session; save("session", session); }
    return answer;
  }

  // -- one loop fetches, one loop sends ------------------------------------------------------------------------------
  async function follow() {
    const mine = ++round;
    let back = 1;
    while (mine === round) {
      try {
        if (!session) {
          const opened = await open();
          if (opened.status !== 201) throw new Error(opened.status);
          pump();
        }
        const first = log.getAttribute("aria-busy") === "true";
        const answer = await call("GET", `/api/messages?${first ? "last=60" : `after=${newest}&wait=25`}`, null, 40);
        if (mine !== round) return;
        if (answer.status === 401) { lost(); continue; }
        if (answer.status !== 200) throw new Error(answer.status);
        back = 1;
        connection("online");
        receive(answer.told.messages, first);
        typing(answer.told.typing);
        log.setAttribute("aria-busy", "false");
      } catch (error) {
        if (mine !== round) return;
        connection("offline");
        await pause(back * 1000);
        back = Math.min(back * 2, 15);
      }
    }
  }

  function lost() {
    const other = load("session");
    session = other !== session ? other : null;
    save("session", session);
    clear();
  }

  function clear() {
    log.querySelectorAll(".msg.server").forEach((node) => node.remove());
    log.setAttribute("aria-busy", "true");
    newest = oldest = 0;
    $("hello").hidden = false;
    $("older").hidden = true;
  }

  function enqueue(item) {
    const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    const full = Object.assign({ id: made, at: Date.now() }, item);
    queue.push(full);
    if (!full.file) save(`q.${full.id}`, JSON.stringify(full));
    drawPending(full);
    toBottom();
    pump();
  }

  function done(item) {
    queue = queue.filter((other) => other !== item);
    save(`q.${item.id}`, null);
  }

  async function post(item) {
    if (!item.file) {
      const { at, failed, label, ...sent } = item;
      return call("POST", "/api/messages", sent);
    }
    const form = new FormData();
    form.append("id", item.id);
    form.append("kind", item.kind);
    form.append("file", item.file, item.kind);
    return call("POST", "/api/messages", form, 180);
  }

  async function pump() {
    if (pumping) return;
    pumping = true;
    let back = 1, item;
    while (session && (item = queue.find((one) => !one.failed))) {
      try {
        const answer = await post(item);
        if (answer.status === 202) {
          done(item);
          mark(item, "sent");
          waitingSince = waitingSince || Date.now();
          back = 1;
        } else if (answer.status === 401) await pause(1500);
        else if (answer.status === 429) await pause(answer.after * 1000);
        else if (answer.status >= 500) throw new Error(answer.status);
        else { item.failed = answer.told.error || "failed"; if (!item.file) save(`q.${item.id}`, JSON.stringify(item)); mark(item, "failed"); }
      } catch (error) {
        connection("offline");
        await pause(back * 1000);
        back = Math.min(back * 2, 30);
      }
    }
    pumping = false;
  }

  // -- messages ------------------------------------------------------------------------------------------------------
  function receive(messages, first) {
    const atEnd = isAtEnd(120);
    const fresh = messages.filter((message) => !log.querySelector(`[data-n="${message.n}"]`));
    const nodes = fresh.map(place);
    for (const message of messages) newest = Math.max(newest, message.n);
    if (!fresh.length) return;
    oldest = Math.min(oldest || Infinity, fresh[0].n);
    if (first) $("older").hidden = messages.length < 40 || oldest <= 1;
    $("hello").hidden = true;
    tidy();
    const told = nodes.filter((node) => !node.classList.contains("worker"));
    if (told.length) { waitingSince = 0; if ($("banner").dataset.key === "waking") banner(null); }
    if (told.length && document.hidden) { unread += told.length; title(); }
    if (first || atEnd) show(told[0] || nodes[0], first); else if (told.length) $("down").hidden = false;
  }

  // A batch taller than the screen is read from its top.
  function show(node, first) {
    const room = log.getBoundingClientRect(), top = node.getBoundingClientRect().top - room.top;
    const tall = log.scrollHeight - log.scrollTop - top > log.clientHeight;
    if (!first && tall) log.scrollTop += top - 12; else toBottom();
  }
  const isAtEnd = (near) => log.scrollHeight - log.scrollTop - log.clientHeight < near;
  function toBottom() { log.scrollTop = log.scrollHeight; $("down").hidden = true; }

  function place(message) {
    const known = message.id && log.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
    const node = known || draw(message);
    if (known) settle(known, message);
    node.dataset.n = message.n;
    node.classList.add("server");
    const after = Array.from(log.querySelectorAll(".msg")).find((other) => other !== node && (!other.dataset.n || Number(other.dataset.n) > message.n));
    if (!known || node.nextSibling !== (after || null)) log.insertBefore(node, after || null);
    return node;
  }

  // What was written here is stored: the bubble stays and shows the server's words, numbers masked.
  function settle(node, message) {
    const item = queue.find((one) => one.id === message.id);
    if (item) done(item);
    node.classList.remove("failed");
    node.dataset.at = message.at;
    node.querySelector(".mark").textContent = t("sent");
    if (message.kind === "text") node.querySelector(".bubble").lastChild.textContent = message.text;
  }

  function draw(message) {
    const mine = message.from === "worker";
    const bubble = make("div", { className: "bubble" });
    if (mine) bubble.append(make("span", { className: "sr", textContent: `${t("me")}: ` }));
    else bubble.append(make("span", { className: message.from === "bot" ? "sr" : "by", textContent: message.from === "bot" ? `${t("bot")}: ` : t("caseworker") }));
    const line = make("div", { className: "line" }, bubble);
    const node = make("div", { className: `msg ${message.from}` }, line);
    node.dataset.at = message.at;
    if (message.id) node.dataset.id = message.id;
    if (message.image) bubble.append(image(message, mine));
    else if (mine && message.kind && message.kind !== "text" && message.kind !== "button") bubble.append(`${t(message.kind)}${message.text ? ` ${message.text}` : ""}`);
    if (!mine || message.kind === "text" || message.kind === "button") rich(bubble, message.text || (mine ? t("button") : ""), !mine);
    if (!mine && "speechSynthesis" in window) line.append(listen(message));
    if (!mine && (message.buttons.length || message.ask_for)) node.append(choices(message));
    const time = new Date(message.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    node.append(make("p", { className: "meta" }, make("time", { dateTime: message.at, textContent: time }), " ", make("span", { className: "mark", textContent: mine ? t("sent") : "" })));
    return node;
  }

  // Phone numbers can be called, addresses opened; everything else stays text.
  function rich(bubble, text, linked) {
    const found = linked ? text.split(/(https?:\/\/[^\s，。；、）)]+|\d[\d-]*\d)/) : [text];
    found.forEach((part, i) => {
      if (/^https?:/.test(part)) bubble.append(make("a", { href: part, target: "_blank", rel: "noopener", textContent: part }));
      else if (isPhone(part, found[i - 1] || "")) bubble.append(make("a", { href: `tel:${part}`, textContent: part }));
      else if (part) bubble.append(part);
    });
  }
  function isPhone(part, before) {
    if (/^(110|119|120)$/.test(part)) return /(打|拨|或|call|dial|or)\s*$/i.test(before);
    return /^(0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|123\d\d)$/.test(part);
  }

  function image(message, mine) {
    if (!message.image.startsWith("/media/")) return make("img", { src: message.image, alt: t("picture") });
    const fetched = async (holder) => {
      const answer = await fetch(message.image, { headers: { Authorization: `Bearer ${session}` } });
      if (answer.ok) holder.replaceWith(make("img", { src: URL.createObjectURL(await answer.blob()), alt: t(mine ? "photo" : "picture") }));
    };
    const button = make("button", { type: "button", textContent: t("see_photo"), onclick: () => fetched(button).catch(() => connection("offline")) });
    if (!mine) fetched(button).catch(() => {});
    return button;
  }

  function choices(message) {
    const box = make("div", { className: "choices" });
    for (const { title: name, payload } of message.buttons) {
      const button = make("button", { type: "button", textContent: name });
      let last = 0;
      button.onclick = () => {
        if (Date.now() - last < 1500) return;
        last = Date.now();
        box.querySelectorAll(".picked").forEach((other) => other.classList.remove("picked"));
        button.classList.add("picked");
        enqueue({ kind: "button", payload, label: name });
      };
      box.append(button);
    }
    if (message.ask_for === "location") box.append(make("button", { type: "button", textContent: t("give_location"), onclick: () => giveLocation(box) }));
    if (message.ask_for === "phone") box.append(phoneForm());
    return box;
  }

  function drawPending(item) {
    const message = { from: "worker", id: item.id, kind: item.kind, text: item.text || item.label || "", at: new Date(item.at).toISOString(), buttons: [] };
    const node = draw(message);
    if (item.file && item.kind === "photo") fill(node.querySelector(".bubble"), make("img", { src: URL.createObjectURL(item.file), alt: t("photo"), onload: toBottom }));
    log.append(node);
    $("hello").hidden = true;
    mark(item, item.failed ? "failed" : "sending");
    tidy();
  }

  function mark(item, state) {
    const node = log.querySelector(`[data-id="${CSS.escape(item.id)}"]`);
    if (!node || node.dataset.n) return;
    node.classList.toggle("failed", state === "failed");
    const label = node.querySelector(".mark");
    label.textContent = t(state);
    if (state !== "failed") return;
    const reason = WORDS[language][item.failed] ? `: ${t(item.failed)} ` : " ";
    const again = make("button", { type: "button", textContent: t("retry"), onclick: () => { item.failed = null; mark(item, "sending"); pump(); } });
    const drop = make("button", { type: "button", textContent: t("drop"), onclick: () => { done(item); node.remove(); words.focus(); } });
    label.append(reason, again, drop);
  }

  // Days between messages, one time for those of one minute, the newest buttons stand out. What is right stays as it is:
  // a screen reader says every change.
  function tidy() {
    const all = Array.from(log.querySelectorAll(".msg")), who = (node) => node.className.split(" ")[1];
    let day = "";
    all.forEach((node, i) => {
      const at = new Date(node.dataset.at), next = all[i + 1], begins = at.toDateString() !== day;
      const shown = node.querySelector(".day");
      if (begins && !shown) node.prepend(make("p", { className: "day", textContent: dayName(at) }));
      if (!begins && shown) shown.remove();
      day = at.toDateString();
      const together = next && who(next) === who(node) && next.dataset.at.slice(0, 16) === node.dataset.at.slice(0, 16);
      node.classList.toggle("same", Boolean(together));
      node.classList.remove("now");
    });
    const asked = all.filter((node) => node.querySelector(".choices")).pop();
    if (asked) asked.classList.add("now");
  }
  function dayName(at) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
    if (days < 2) return t(days < 1 ? "today" : "yesterday");
    return at.toLocaleDateString(document.documentElement.lang, { month: "long", day: "numeric", weekday: "short" });
  }

  function typing(is) {
    $("typing").classList.toggle("on", is);
    waitingSince = is ? waitingSince || Date.now() : 0;
  }
  // Who waits long is told whether it only has to wake up.
  setInterval(async () => {
    const empty = session && !newest;
    if (!empty && !(waitingSince && Date.now() - waitingSince > 5000)) return;
    const health = await call("GET", "/healthz").catch(() => null);
    if (!health || !health.told.rasa) return;
    if (health.told.rasa !== "up" && (waitingSince || !newest)) banner("waking");
    else if ($("banner").dataset.key === "waking") banner(null);
  }, 4000);

  // -- listening -----------------------------------------------------------------------------------------------------
  function listen(message) {
    const button = make("button", { type: "button", className: "listen" }, icon("listen"));
    const off = () => { button.setAttribute("aria-pressed", "false"); button.setAttribute("aria-label", t("listen")); fill(button, icon("listen")); if (reading === button) reading = null; };
    off();
    button.onclick = () => {
      const again = reading === button;
      speechSynthesis.cancel();
      if (reading) reading.onquiet();
      if (again) return;
      const said = [message.text, ...message.buttons.map((b) => b.title)].join("。\n").replace(/\*+/g, "");
      const voice = new SpeechSynthesisUtterance(said);
      voice.lang = /[\u3400-\u9fff]/.test(said) ? "zh-CN" : "en-US";
      voice.rate = 0.95;
      voice.onend = voice.onerror = off;
      button.setAttribute("aria-pressed", "true");
      button.setAttribute("aria-label", t("hush"));
      fill(button, icon("hush"));
      reading = button;
      speechSynthesis.speak(voice);
    };
    button.onquiet = off;
    return button;
  }

  // -- phone, place, files -------------------------------------------------------------------------------------------
  let forms = 0;
  function phoneForm() {
    const name = `whose${++forms}`;
    const input = make("input", { type: "tel", inputMode: "numeric", autocomplete: "tel", maxLength: 20, id: `${name}_phone` });
    const said = make("p");
    said.setAttribute("role", "alert");
    const own = make("input", { type: "radio", name, checked: true }), other = make("input", { type: "radio", name });
    const form = make("form", { className: "ask", noValidate: true },
      make("label", { htmlFor: input.id, textContent: t("phone_label") }), input,
      make("fieldset", {}, make("legend", { className: "sr", textContent: t("phone_whose") }), make("label", {}, own, t("phone_own")), make("label", {}, other, t("phone_other"))),
      make("button", { className: "strong", textContent: t("phone_send") }), said);
    form.onsubmit = (event) => {
      event.preventDefault();
      const phone = input.value.replace(/\D/g, "").replace(/^86(?=1\d{10}$)/, "");
      if (!/^1[3-9]\d{9}$/.test(phone) && !/^0\d{9,11}$/.test(phone)) { said.textContent = t("phone_bad"); input.focus(); return; }
      said.textContent = input.value = "";
      enqueue({ kind: "contact", phone, own: own.checked });
      openPanel("attach", false);
    };
    return form;
  }

  function giveLocation(box) {
    const sorry = () => { const note = make("p", { textContent: t("no_location") }); note.setAttribute("role", "alert"); box.append(note); };
    if (!navigator.geolocation) { sorry(); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      enqueue({ kind: "location", latitude: coords.latitude, longitude: coords.longitude });
      openPanel("attach", false);
    }, sorry, { timeout: 15000, maximumAge: 300000 });
  }

  // A photo of a phone has 5 MB and the place where it was taken; 1,600 pixels have neither.
  async function smaller(file) {
    try {
      const bitmap = await createImageBitmap(file), scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
      const canvas = make("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return (await new Promise((got) => canvas.toBlob(got, "image/jpeg", 0.82))) || file;
    } catch (error) { return file; }
  }

  function pick(kind) {
    const input = make("input", { type: "file", accept: { photo: "image/*", voice: "audio/*", document: "" }[kind] });
    input.onchange = async () => {
      if (!input.files.length) return;
      openPanel("attach", false);
      enqueue({ kind, file: kind === "photo" ? await smaller(input.files[0]) : input.files[0] });
    };
    input.click();
  }

  // -- panels, menu, session -----------------------------------------------------------------------------------------
  const OPENERS = { more: "menu", attach: "plus", people: "who" };
  function openPanel(id, opened) {
    $(id).hidden = !opened;
    fill($("attach_form"));
    $(OPENERS[id]).setAttribute("aria-expanded", String(opened));
  }
  function toggle(id) {
    const opens = $(id).hidden, atEnd = isAtEnd(120);
    for (const other of Object.keys(OPENERS)) if ($(other)) openPanel(other, opens && other === id);
    if (atEnd) toBottom();
  }

  async function enter(extra) {
    const answer = await open(extra);
    if (answer.status !== 201) return answer;
    clear();
    openPanel("more", false);
    typing(false);
    waitingSince = Date.now();
    follow();
    words.focus();
    return answer;
  }

  $("code").onsubmit = async (event) => {
    event.preventDefault();
    const code = $("figures").value.replace(/\D/g, ""), said = $("code_said");
    said.textContent = "";
    if (code.length !== 6) { said.textContent = t("code_bad"); $("figures").focus(); return; }
    const answer = await enter({ code }).catch(() => null);
    if (answer && answer.status === 201) $("figures").value = "";
    else said.textContent = !answer ? t("no_server") : answer.status === 429 ? t("wait") : answer.told.reason;
  };

  $("leave").onclick = () => { $("sure").hidden = false; $("leave_yes").focus(); };
  $("leave_no").onclick = () => { $("sure").hidden = true; $("leave").focus(); };
  $("leave_yes").onclick = async () => {
    await call("DELETE", "/api/session").catch(() => null);
    forget();
    const again = make("button", { type: "button", className: "strong", textContent: t("again"), onclick: () => location.reload() });
    fill(document.body, make("main", { className: "sheet" }, make("p", { textContent: t("left") }), again));
    again.focus();
  };
  function forget() {
    round++;
    for (const item of queue.slice()) done(item);
    save("session", null);
    session = null;
    log.querySelectorAll(".msg").forEach((node) => node.remove());
  }

  $("menu").onclick = () => toggle("more");
  $("plus").onclick = () => toggle("attach");
  document.querySelectorAll("[data-pick]").forEach((button) => { button.onclick = () => pick(button.dataset.pick); });
  document.querySelectorAll("[data-give]").forEach((button) => {
    button.onclick = () => {
      if (button.dataset.give === "location") { giveLocation($("attach_form")); return; }
      fill($("attach_form"), phoneForm());
      $("attach_form").querySelector("input").focus();
    };
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const id of Object.keys(OPENERS)) {
      if ($(id) && !$(id).hidden) { openPanel(id, false); $(OPENERS[id]).focus(); }
    }
  });

  $("language").onclick = () => {
    language = language === "zh" ? "en" : "zh";
    save("language", language);
    speakPage();
    connection($("state").dataset.key || "connecting");
    if ($("banner").dataset.key) banner($("banner").dataset.key);
    if (!session) return;
    call("POST", "/api/language", { language }).catch(() => null);
    clear();
    follow();
  };

  $("composer").onsubmit = (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text) { words.focus(); return; }
    words.value = "";
    grow();
    enqueue({ kind: "text", text });
    words.focus();
  };
  words.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    $("send").click();
  };
  const grow = () => { words.style.height = "auto"; words.style.height = `${words.scrollHeight + 2}px`; };
  words.oninput = grow;

  $("down").onclick = toBottom;
  log.onscroll = () => { if (isAtEnd(60)) $("down").hidden = true; };
  $("older").onclick = async () => {
    const before = log.scrollHeight, from = Math.max(0, oldest - 61);
    const answer = await call("GET", `/api/messages?after=${from}`).catch(() => null);
    if (!answer || answer.status !== 200) return;
    answer.told.messages.filter((message) => message.n < oldest).forEach(place);
    oldest = from + 1;
    $("older").hidden = from === 0;
    tidy();
    log.scrollTop += log.scrollHeight - before;
    log.focus();
  };

  addEventListener("online", wake);
  addEventListener("offline", () => connection("offline"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { unread = 0; title(); wake(); } });

  // -- the demo ------------------------------------------------------------------------------------------------------
  async function demo() {
    const { told } = await call("GET", "/api/demo");
    const day = (iso) => { $("today").dateTime = iso; $("today").textContent = new Date(`${iso}T12:00`).toLocaleDateString(document.documentElement.lang, { month: "short", day: "numeric" }); };
    day(told.today);
    const people = () => told.profiles.map((person) => make("button", {
      type: "button", textContent: person[language],
      onclick: async () => { forget(); openPanel("people", false); await enter({ profile: person.profile }).catch(follow); },
    }));
    $("who").onclick = () => { fill($("people"), ...people()); toggle("people"); };
    $("clock").onclick = async () => {
      const moved = await call("POST", "/api/demo/clock", { days: 3 }).catch(() => null);
      if (!moved || moved.status !== 200) return;
      day(moved.told.today);
      banner("demo_now", ` ${$("today").textContent}`);
      setTimeout(() => { if ($("banner").dataset.key === "demo_now") banner(null); }, 5000);
    };
  }

  speakPage();
  connection("connecting");
  queue.forEach(drawPending);
  follow();
  pump();
  if ($("demo")) { if (window.top !== window) $("desk").hidden = true; demo().catch(() => null); }
})();
