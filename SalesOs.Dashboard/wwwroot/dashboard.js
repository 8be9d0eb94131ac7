// What the pages ask of the browser. A plain script: module URLs would need an inline import map, which the content security policy refuses.
window.dashboard = {
  /** The first thing that a circuit asks: from now on the page answers clicks. Gives the reader's time zone, and keeps it for the next page. */
  arrive() {
    document.documentElement.dataset.live = "";
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    keep("tz", zone);
    return zone;
  },

  /** Reports that somebody is at the page: their acts keep the session open, the page's own traffic does not. */
  watch(page) {
    let reportedAt = -Infinity;
    const report = event => {
      if (event.isTrusted && performance.now() - reportedAt >= 60_000) {
        reportedAt = performance.now();
        page.invokeMethodAsync("ActedAsync").catch(() => {});
      }
    };
    for (const act of ["keydown", "pointerdown", "wheel"]) {
      document.addEventListener(act, report, { capture: true, passive: true });
    }
  },

  /** The page can't go on; unless the reader is on the way out by themselves, it leaves for the one that says why. */
  leave(address) {
    if (!leaving) {
      unasked = true;
      location.replace(address);
    }
  },

  /** Begins the page anew by itself: nobody need be asked, since what an open dialog holds comes back. */
  reload() {
    unasked = true;
    location.reload();
  },

  print: () => window.print(),

  toTop: () => window.scrollTo({ top: 0 }),

  chooseTheme(theme) {
    document.documentElement.dataset.theme = theme;
    keep("theme", theme);
  },

  /** Puts the focus on the first field that was refused. */
  focusFirstFault(formId) {
    document.getElementById(formId)?.querySelector("[aria-invalid='true'], [data-invalid='true'] input")?.focus();
  },

  /** The call comes a moment after the form is there: whoever is in one of its fields by then stays where they are. */
  focusFirstField(formId) {
    const form = document.getElementById(formId);
    if (!form?.contains(document.activeElement)) {
      form?.querySelector("input, select, textarea")?.focus();
    }
  },

  /** Opens a dialog that nothing but the page itself closes. */
  openFirmly(dialog, asks) {
    const stay = event => (dialog.isConnected ? event.preventDefault() : removeEventListener("beforeunload", stay));
    if (asks) {
      addEventListener("beforeunload", stay);
    }

    dialog.setAttribute("closedby", "none");
    dialog.addEventListener("cancel", event => event.preventDefault());
    dialog.addEventListener("keydown", event => event.key === "Escape" && event.preventDefault());
    // A browser that does not know closedby closes on a second Escape whatever the page says.
    dialog.addEventListener("close", () => dialog.isConnected && dialog.showModal());
    dialog.showModal();
    dialog.querySelector("h2").focus();
  },

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return dashboard.copyByHand(text);
    }
  },

  /** For pages served over plain http in a company's network, where browsers offer no clipboard. */
  copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    const before = document.activeElement;
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before?.focus();
    return copied;
  },

  download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};

/** For a year, and for the server too: what the next page is to begin with. */
function keep(name, value) {
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}

// A dialog that holds something asks before the reader leaves; what the page does by itself must not wait for an answer from somebody who isn't there.
// A window hears its listeners in the order in which they came, so this one comes before all dialogs.
let unasked = false;
addEventListener("beforeunload", event => unasked && event.stopImmediatePropagation());

// Signing out ends this page's session too: what comes of that must not overtake the way to the provider.
let leaving = false;
document.addEventListener("submit", event => (leaving ||= event.target.getAttribute("action") === "/sign-out"));

// While a dialog of MudBlazor is open the page behind it is out of reach, for Tab and for a screen reader too. It takes the focus as it is drawn: the server would move it a
// round trip later, when the reader may be typing elsewhere in it. After a dialog the focus goes to where it was before, or to the page's title when that has gone with its row.
let before = null;
let covered = false;
let dialog = null;

new MutationObserver(() => {
  const frame = document.querySelector(".frame");
  if (!frame) {
    return;
  }

  frame.inert = document.querySelector(".mud-dialog-container") !== null;
  document.querySelector(".skip").inert = frame.inert;
  const wasCovered = covered;
  covered = frame.inert || document.querySelector("dialog.firm") !== null;
  if (document.querySelector(".mud-dialog") !== dialog) {
    dialog = document.querySelector(".mud-dialog");
    dialog?.querySelector("a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary")?.focus();
  }

  if (wasCovered && !covered && document.activeElement === document.body) {
    (before?.isConnected ? before : document.querySelector("h1"))?.focus();
  }
}).observe(document.body, { childList: true, subtree: true });

document.addEventListener("focusin", event => {
  if (event.target.closest("main") && !event.target.closest("[popover], dialog")) {
    before = event.target;
  }
});

// A link chosen in the narrow screen's navigation closes it.
document.addEventListener("click", event => {
  const navigation = event.target.closest?.("#side-navigation");
  if (navigation && event.target.closest("a") && navigation.matches(":popover-open")) {
    navigation.hidePopover();
  }
});
