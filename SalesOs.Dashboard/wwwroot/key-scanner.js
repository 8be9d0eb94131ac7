// API keys in pasted text. What stands in a guarded field is looked through here, before Blazor hears of it: API keys (public identifiers) go to the server, a secret never does.
(() => {
  const base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
  const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const crcs = Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) {
      byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
    }
    return byte >>> 0;
  });

  /** CRC-32 as zlib has it, in the alphabet's digits, padded on the left. */
  function checksum(text, alphabet, length) {
    let crc = 0xffffffff;
    for (let i = 0; i < text.length; i++) {
      crc = crcs[(crc ^ text.charCodeAt(i)) & 255] ^ (crc >>> 8);
    }

    let value = (crc ^ 0xffffffff) >>> 0;
    let digits = "";
    for (let i = 0; i < length; i++) {
      digits = alphabet[value % alphabet.length] + digits;
      value = Math.floor(value / alphabet.length);
    }
    return digits;
  }

  const isApiKey = text => checksum(text.slice(0, -7), base36, 7) === text.slice(-7);
  const isSecret = text => checksum(text.slice(0, -6), base62, 6) === text.slice(-6);

  /** A secret without its prefix, as when only its end was copied. */
  const kindOfBareSecret = text =>
    ["live", "test"].find(kind => isSecret(`salesos_secret_${kind}_${text}`));

  // What one message to the server has room for, and what an address has.
  const mostKeys = 500;
  const mostSearched = 100;
  const mostSecrets = 300;

  /** The text without what Markdown and chats put into it: "\\_" for "_", and invisible characters; and once more with its lines joined, as before they were wrapped. */
  function readings(text) {
    const plain = text.replace(/\\(?=_)/g, "").replace(/\p{Cf}/gu, "");
    const joined = plain.replace(/=?[ \t]*\r?\n[ \t>|]*/g, "");
    return joined === plain ? [plain] : [plain, joined];
  }

  /**
   * Each whole API key of the text once, each that is written as the table shows it, whether the text holds (the beginning of) a secret, of which environments
   * its secrets are, and how much in it has the form of an API key but not its checksum.
   */
  function scan(text) {
    const keys = new Set();
    const shown = new Set();
    const damaged = new Set();
    const environments = new Set();
    let secret = false;
    for (const reading of readings(text)) {
      for (const [key] of reading.matchAll(/sk_(?:live|test)_[0-9a-z]{32}/g)) {
        if (!isApiKey(key)) {
          damaged.add(key);
        } else {
          keys.add(key);
        }
      }

      for (const [, start, end] of reading.matchAll(/(sk_(?:live|test)_(?:[0-9a-z]{8})?)(?:…|\.{3})([0-9a-z]{4})(?![0-9a-z])/g)) {
        shown.add(`${start}…${end}`);
      }

      for (const [, kind] of reading.matchAll(/salesos_secret(?:_(live|test))?/gi)) {
        secret = true;
        kind && environments.add(kind.toLowerCase());
      }

      for (const [run] of reading.matchAll(/[0-9A-Za-z]{49,}/g)) {
        const kind = bareSecretIn(run);
        secret ||= kind !== undefined;
        kind && environments.add(kind);
      }
    }
    return { keys: [...keys], shown: [...shown], secret, environments: [...environments], damaged: damaged.size };
  }

  /** The environment of a secret without its prefix that the run holds. */
  function bareSecretIn(run) {
    for (let from = 0; from + 49 <= run.length && from < 200; from++) {
      const kind = kindOfBareSecret(run.slice(from, from + 49));
      if (kind) {
        return kind;
      }
    }
  }

  /** The whole secrets of the text, each once, with their prefix. */
  function secretsOf(text) {
    const secrets = new Set();
    for (const reading of readings(text)) {
      for (const [run] of reading.matchAll(/[0-9A-Za-z]{49,}/g)) {
        for (let from = 0; from + 49 <= run.length && from < 200; from++) {
          const bare = run.slice(from, from + 49);
          const kind = kindOfBareSecret(bare);
          if (kind) {
            secrets.add(`salesos_secret_${kind}_${bare}`);
            break;
          }
        }
      }
    }
    return [...secrets].slice(0, mostSecrets);
  }

  // A field marked data-guard="search" is an ordinary one until a key or a secret is in it; of one marked data-guard="scan" nothing is sent but keys.
  const pages = new WeakMap();

  // What was found before the page was there to hear it.
  const unheard = new WeakMap();

  function tell(field, found) {
    const page = pages.get(field);
    if (page) {
      const { keys, secret, environments, damaged, more } = found;
      const secrets = field.dataset.guard === "scan" && secret ? secretsOf(textIn(field)).length : 0;
      page.invokeMethodAsync("FoundAsync", { keys, secret, environments, damaged, secrets, more }).catch(() => {});
    } else {
      unheard.set(field, found);
    }
  }

  // The last letters typed one by one into a search field: an answer of the server may empty the field between two of them, and a secret's beginning be lost with it.
  let typed = "";

  /** True when nothing of the text may go on. Keys as the table shows them are an ordinary search, unless they were pasted with other words. */
  function take(field, text, pasted = false) {
    const found = scan(text);
    found.secret ||= /salesos_secret/i.test(typed);
    if (pasted || found.secret || found.keys.length > 0 || field.dataset.guard === "scan") {
      found.keys = [...found.keys, ...found.shown];
    }

    const most = field.dataset.guard === "scan" ? mostKeys : mostSearched;
    found.more = Math.max(0, found.keys.length - most);
    found.keys = found.keys.slice(0, most);

    if (field.dataset.guard === "scan") {
      tell(field, found);
      return true;
    }

    if (!found.secret && found.keys.length === 0) {
      return false;
    }

    field.value = found.keys.map(key => (key.includes("…") ? key : key.slice(0, 16))).join(" ");
    tell(field, found);
    return true;
  }

  // Whoever types a secret letter by letter goes on after its beginning was seen: what follows is the secret itself. Nothing goes on from this field until it is
  // emptied, left, or given up with Escape.
  let withheld = null;

  const valueOf = field => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
  const textIn = field => valueOf(field).get.call(field);

  /** Blazor sends a field's value along with every event that reaches a listener of its, such as a key stroke in a dialog: what must not go on reads as empty. */
  function hide(field) {
    Object.defineProperty(field, "value", {
      configurable: true,
      get: () => (field.dataset.guard === "scan" || withheld === field || scan(textIn(field)).secret ? "" : textIn(field)),
      set: text => valueOf(field).set.call(field, text),
    });
  }

  // On the window and capturing: before any listener of Blazor's, which stand on the document. From the first event on, since something may be pasted into a field that was
  // only just drawn, before the page has asked to guard it.
  for (const name of ["focusin", "keydown", "paste", "drop", "input"]) {
    addEventListener(
      name,
      event => {
        const field = event.target.closest?.("[data-guard]");
        field && hide(field);
      },
      { capture: true },
    );
  }

  for (const name of ["input", "change"]) {
    addEventListener(
      name,
      event => {
        const field = event.target.closest?.("[data-guard]");
        if (!field) {
          return;
        }

        if (name === "input") {
          typed = event.inputType === "insertText" && field.dataset.guard === "search" ? (typed + (event.data ?? "")).slice(-64) : "";
        }

        if (name === "change") {
          // The input has been looked at already.
          event.stopImmediatePropagation();
        } else if (withheld === field && textIn(field) !== "") {
          event.stopImmediatePropagation();
        } else if (take(field, textIn(field))) {
          event.stopImmediatePropagation();
          typed = "";
          withheld = event.inputType === "insertText" && field.dataset.guard === "search" ? field : null;
        } else {
          withheld = null;
        }
      },
      { capture: true },
    );
  }

  const giveUp = event => {
    typed = event.type === "focusout" ? "" : typed;
    if (event.target === withheld && (event.type === "focusout" || event.key === "Escape")) {
      event.target.value = "";
      withheld = null;
    }
  };
  addEventListener("focusout", giveUp, { capture: true });
  addEventListener("keydown", giveUp, { capture: true });

  // A field takes only so much; what is pasted is looked through whole.
  addEventListener(
    "paste",
    event => {
      const field = event.target.closest?.("[data-guard='search']");
      typed = "";
      if (field && take(field, event.clipboardData?.getData("text") ?? "", true)) {
        withheld = null;
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    { capture: true },
  );

  Object.assign((window.apiKeys ??= {}), {
    /** Whether the checksum of a text in the form of an API key or a secret holds: it tells a typo. */
    isApiKey,
    isSecret,

    /** The secrets in the field, for the server: only once the reader has said that they may go there. */
    secretsIn: field => secretsOf(textIn(field)),

    /** From now on keys that are found in the field are told to the page. */
    guard(field, page) {
      pages.set(field, page);
      if (unheard.has(field)) {
        tell(field, unheard.get(field));
        unheard.delete(field);
      } else if (field.dataset.guard === "search" && textIn(field) !== "") {
        take(field, textIn(field));
      }
    },
  });
})();
