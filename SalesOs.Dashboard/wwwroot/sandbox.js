// The sandbox: signs what its form says and sends it. The secret and what is made of it are read, kept and shown here alone; no circuit hears of them.
import { compare, curl, firstDifference, sign } from "./signing.js";

/** When the record of refused requests is asked, in milliseconds after one another: it is written every second, or as seldom as the server's settings say. */
const lookUps = [300, 700, 1000, 1500, 2500, 5000];

/** How long one such question may take, in milliseconds. */
const patience = 2000;

const pause = time => new Promise(resolve => setTimeout(resolve, time));

/**
 * Takes a field from everybody else: Blazor sends a field's value along with the events that it hears, and so it hears none of these and reads nothing.
 * @returns {() => string} Reads it.
 */
function own(field) {
  const { get } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  Object.defineProperty(field, "value", { get: () => "", set: () => {} });
  for (const name of ["input", "change", "paste", "keydown", "keyup"]) {
    field.addEventListener(name, event => event.stopPropagation());
  }

  return () => get.call(field).trim();
}

/** A labelled field for a part of the path. */
function fieldOf(name, value) {
  const [place, label, input] = ["div", "label", "input"].map(tag => document.createElement(tag));
  place.className = "field";
  label.className = "label";
  label.textContent = name;
  label.htmlFor = input.id = `sandbox-part-${name}`;
  input.className = "input";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.dataset.part = name;
  input.value = value;
  place.append(label, input);
  return place;
}

/**
 * Begins to serve the page; until then its form is disabled.
 * @param {HTMLElement} root Of the sandbox. What it says stands on it as data, in the reader's language.
 * @param page Finds why a request was refused.
 */
export function begin(root, page) {
  const one = selector => root.querySelector(selector);
  const field = name => document.getElementById(`sandbox-${name}`);
  const words = root.dataset;
  const values = new Map();
  const secretOf = own(field("secret"));
  let target = { path: "/", id: "", after: "" };
  let method = "GET";
  const underWay = new Set();
  let sending = 0;

  function put(name, text) {
    values.set(name, text);
    one(`[data-value="${name}"]`).textContent = text;
  }

  function say(text) {
    one("[data-said]").textContent = "";
    one("[data-said]").textContent = text;
  }

  function fault(name, text) {
    const told = field(`${name}-fault`);
    told.textContent = text;
    told.hidden = text === "";
    if (text === "") {
      field(name).removeAttribute("aria-invalid");
    } else {
      field(name).setAttribute("aria-invalid", "true");
    }

    return text !== "";
  }

  /** The chosen call's fields: its id, and each part of its query. */
  function choose() {
    const { method: how, target: where, id, after, body } = field("call").selectedOptions[0].dataset;
    const url = new URL(where, location.origin);
    method = how;
    target = { path: url.pathname, id: id ?? "", after: after ?? "" };
    put("method", method);
    one("[data-fields]").replaceChildren(...[...(id ? [[id, ""]] : []), ...url.searchParams].map(([name, value]) => fieldOf(name, value)));
    field("body").value = body ?? "";
    field("body").closest(".field").hidden = method === "GET";
    fill();
  }

  /** PATH as the fields say; a field left empty is left out. */
  function fill() {
    const parts = [...one("[data-fields]").querySelectorAll("[data-part]")];
    const id = parts.find(part => part.dataset.part === target.id);
    const query = parts.filter(part => part !== id && part.value !== "").map(part => `${part.dataset.part}=${encodeURIComponent(part.value)}`);
    field("path").value = target.path + (id ? encodeURIComponent(id.value.trim()) : "") + target.after + (query.length > 0 ? `?${query.join("&")}` : "");
  }

  /** As the browser sends it, so that nothing else is signed; null when it is none of this host. */
  function sendable(path) {
    try {
      const url = new URL(path, location.origin);
      return path.startsWith("/") && url.origin === location.origin ? url.pathname + url.search : null;
    } catch {
      return null;
    }
  }

  /** What the form says; null when something of it is wrong, which then stands beside its field. */
  function read() {
    const [apiKey, secret, path] = [field("key").value.trim(), secretOf(), sendable(field("path").value.trim())];
    const body = method === "GET" ? "" : field("body").value;
    const holdsSecret = text => /salesos_secret/i.test(text);
    const faults = [
      fault("key", !/^sk_(live|test)_[0-9a-z]{32}$/.test(apiKey) ? words.noKey : apiKeys.isApiKey(apiKey) ? "" : words.typoInKey),
      fault("secret", !/^salesos_secret_(live|test)_[0-9A-Za-z]{49}$/.test(secret) ? words.noSecret : apiKeys.isSecret(secret) ? "" : words.typoInSecret),
      fault("path", path === null ? words.noPath : holdsSecret(path) ? words.holdsSecret : ""),
      fault("body", holdsSecret(body) ? words.holdsSecret : ""),
    ];
    if (faults.includes(true)) {
      root.querySelector("[aria-invalid]").focus();
      return null;
    }

    field("path").value = path;
    return { apiKey, secret, method, path, body };
  }

  /** Signs what the form says, for now, and shows each step. */
  async function signed() {
    const request = read();
    if (!request) {
      return null;
    }

    const steps = await sign({ ...request, timestamp: String(Math.floor(Date.now() / 1000)) });
    for (const [name, text] of Object.entries(steps)) {
      put(name, text);
    }

    one("[data-steps]").hidden = false;
    return { request, authorization: steps.authorization };
  }

  /** Whether a request that writes real data is to be sent. */
  function confirmed() {
    const question = one("dialog");
    question.returnValue = "";
    question.showModal();
    return new Promise(resolve => question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true }));
  }

  async function send() {
    const request = read();
    if (!request || (method !== "GET" && request.apiKey.startsWith("sk_live_") && !(await confirmed()))) {
      return;
    }

    // After the question, so that the timestamp is new.
    const { authorization } = await signed();
    const at = ++sending;
    one("[data-verdict]").hidden = true;
    const began = performance.now();
    let answer;
    try {
      answer = await fetch(request.path, {
        method,
        headers: { Authorization: authorization, ...(method === "GET" ? {} : { "Content-Type": "application/json" }) },
        body: method === "GET" ? undefined : new TextEncoder().encode(request.body),
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
      });
      put("body", await answer.text());
    } catch {
      one("[data-trouble]").textContent = words.noAnswer;
      return;
    }

    one("[data-trouble]").textContent = "";
    put("status", `${answer.status} ${answer.statusText}`.trim());
    put("time", `${Math.round(performance.now() - began)} ms`);
    put("headers", [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n"));
    one("[data-answer]").hidden = false;
    one("[data-answer] h2").focus();
    if (!answer.ok) {
      void lookUp(answer, () => at === sending);
    }
  }

  /** Shows why the answer is a refusal, once that is on record. */
  async function lookUp(answer, isCurrent) {
    let isTold = false;
    for (const [i, time] of lookUps.entries()) {
      const isLast = i === lookUps.length - 1;
      await pause(time);
      if (!isCurrent()) {
        return;
      }

      // What is asked while the line is cut is never answered; the next time the line may be there again.
      const asked = page.invokeMethodAsync("LookUpAsync", answer.headers.get("X-Request-Id"), answer.status, isLast);
      isTold = await Promise.race([asked.then(found => found || isLast, () => false), pause(patience)]);
      if (isTold || !isCurrent()) {
        break;
      }
    }

    if (isCurrent()) {
      one("[data-verdict]").hidden = !isTold;
    }
  }

  /** A text with what differs marked. */
  function mark(place, { same, marked, rest }) {
    const sign = document.createElement("mark");
    sign.textContent = marked === "" ? words.lacks : marked.replaceAll("\n", "↵\n");
    sign.classList.toggle("lacks", marked === "");
    place.replaceChildren(same, sign, rest);
  }

  async function compareWith() {
    const request = read();
    if (!request) {
      return;
    }

    if (fault("header", field("header").value.trim() === "" ? words.noHeader : "")) {
      field("header").focus();
      return;
    }

    const found = await compare(request, field("header").value, field("sent").value);
    for (const finding of root.querySelectorAll("[data-finding]")) {
      finding.hidden = finding.dataset.finding !== found.name;
    }

    const difference = one("[data-difference]");
    difference.hidden = found.part === undefined;
    if (found.part !== undefined) {
      one("[data-differing]").textContent = { digest: "SHA-256 BODY", body: "BODY", path: "PATH", method: "METHOD", timestamp: "TIMESTAMP", k2: "k2", apiKey: "API_KEY", header: "Authorization" }[found.part];
      const [theirs, right] = firstDifference(found.theirs, found.right);
      mark(one("[data-theirs]"), theirs);
      mark(one("[data-right]"), right);
    }

    one("[data-compared]").hidden = false;
  }

  const acts = {
    sign: async () => (await signed()) && say(words.signed),
    send,
    compare: compareWith,
    async curl() {
      const made = await signed();
      const copied = made && (await dashboard.copy(curl(words.address, made.request, made.authorization)));
      made && say(copied ? words.copied : words.notCopied);
    },
  };

  root.addEventListener("click", async event => {
    const { act, copy, reply } = event.target.closest("[data-act], [data-copy], [data-reply]")?.dataset ?? {};
    if (copy) {
      say((await dashboard.copy(values.get(copy))) ? words.copied : words.notCopied);
    } else if (reply) {
      one("dialog").close(reply);
    } else if (act && !underWay.has(act)) {
      underWay.add(act);
      try {
        await acts[act]();
      } finally {
        underWay.delete(act);
      }
    }
  });
  field("call").addEventListener("change", choose);
  one("[data-fields]").addEventListener("input", fill);
  choose();

  // Browsers sign in pages from https and from this machine alone.
  one("[data-insecure]").hidden = crypto.subtle !== undefined;
  one("fieldset").disabled = crypto.subtle === undefined;
}
