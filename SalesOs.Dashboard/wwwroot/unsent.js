// What the reader does that no circuit hears: before it is there, while the line is cut, and what an open form holds when the page begins anew. It is kept here and told
// to the circuit later. It comes first of all scripts, so that nothing is done before it.
window.unsent = (() => {
  // A secret is never among what is kept: sandbox.js alone reads its field.
  const fields = "input:not([type=hidden], [data-secret]), select, textarea";
  const patience = 10_000;

  // The circuit draws anew what the server has drawn. An element is known again by its id or its words, and by which one of those called so it is.
  const called = element =>
    element.id || [element.name ?? "", element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent.trim()].join(" ");
  const alike = (element, within) => [...within.querySelectorAll(element.localName ?? element.tag)];
  const placeOf = (element, within = document) => {
    const name = called(element);
    return { tag: element.localName, name, at: alike(element, within).filter(e => called(e) === name).indexOf(element) };
  };
  const find = (place, within = document) => alike(place, within).filter(e => called(e) === place.name)[place.at];
  const keyOf = place => `${place.tag} ${place.name} ${place.at}`;

  const isTick = field => field.type === "checkbox" || field.type === "radio";
  const stateOf = field => (isTick(field) ? field.checked : field.value);

  /** Tells the circuit what stands in a field, as if it had been typed just now. */
  function tell(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const opened = new WeakSet();

  /** Puts something into a field as the reader would. */
  function put(field, state) {
    const closed = field.closest("details:not([open])");
    if (closed && !opened.has(closed)) {
      opened.add(closed);
      closed.querySelector("summary").click();
    }

    if (!isTick(field)) {
      field.value = state;
      tell(field);
    } else if (field.checked !== state && (state || field.type === "checkbox")) {
      field.click();
    }
  }

  // Before the circuit is there: what the server has drawn looks ready, and answers nothing yet.
  const early = { fields: new Map(), click: null, focus: null, popover: null };
  let drawn = null;
  let isAnswered = false;

  /** What stands in a field, also where its guard has it read as empty: nothing is sent or stored yet. */
  const earlyStateOf = field => (isTick(field) ? field.checked : Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").get.call(field));

  const isEarly = event => !isAnswered && drawn?.contains(event.target);

  const on = (name, act) => addEventListener(name, act, { capture: true });

  on("click", event => {
    const control = isEarly(event) && event.target.closest("button:not([popovertarget], form[action] *), summary");
    if (control) {
      early.click = placeOf(control);
      control.setAttribute("aria-busy", "true");
      document.documentElement.dataset.waits = "";
    }
  });

  for (const name of ["input", "change"]) {
    on(name, event => {
      if (isEarly(event) && event.target.matches(fields)) {
        const place = placeOf(event.target);
        early.fields.set(keyOf(place), { place, state: earlyStateOf(event.target) });
      }
    });
  }

  // A guarded field takes for itself what is pasted into it; the one in its place looks through it anew.
  on("paste", event => {
    if (isEarly(event) && event.target.matches("[data-guard]")) {
      const place = placeOf(event.target);
      early.fields.set(keyOf(place), { place, state: event.clipboardData?.getData("text") ?? "" });
    }
  });

  on("focusin", event => {
    if (isEarly(event)) {
      early.focus = { element: event.target, place: placeOf(event.target) };
    } else if (early.focus && event.target.localName === "h1") {
      // A page that has come leads the focus to its title; the reader has gone on from there.
      find(early.focus.place)?.focus({ preventScroll: true });
    }
  });

  on("toggle", event => {
    if (isEarly(event) && event.target.matches("[popover]")) {
      early.popover = event.newState === "open" ? event.target.id : null;
    }
  });

  const watch = new MutationObserver(() => {
    drawn ??= document.querySelector(".frame");
    if (!isAnswered && drawn && !drawn.isConnected) {
      isAnswered = true;
      goOnTyping();
    }

    if (isAnswered && document.documentElement.dataset.live !== undefined) {
      replay();
    }
  });
  watch.observe(document, { childList: true, subtree: true, attributeFilter: ["data-live"] });

  /** In the same moment in which the circuit's page takes the place of the server's, before another key is pressed. */
  function goOnTyping() {
    for (const { place, state } of early.fields.values()) {
      const field = find(place);
      // A secret is not shown again: it is looked through once the guard is there.
      if (field && !isTick(field) && !/salesos_secret/i.test(state)) {
        field.value = state;
      }
    }

    if (early.popover) {
      document.getElementById(early.popover)?.showPopover();
    }

    const { element, place } = early.focus ?? {};
    const again = place && find(place);
    again?.focus({ preventScroll: true });
    if (typeof element?.selectionStart === "number") {
      again?.setSelectionRange(element.selectionStart, element.selectionEnd);
    }

    setTimeout(endReplay, patience);
    setTimeout(() => (early.focus = null), 2000);
    on("pointerdown", () => (early.focus = null));
  }

  /** Once the page answers; what it has yet to draw is waited for. */
  function replay() {
    for (const [key, { place, state }] of early.fields) {
      const field = find(place);
      if (field) {
        early.fields.delete(key);
        // What was typed on into the new field stands there already.
        put(field, isTick(field) ? state : field.value || state);
      }
    }

    const control = early.click && find(early.click);
    if (control) {
      early.click = null;
      control.click();
    }

    if (!early.click && early.fields.size === 0) {
      endReplay();
    }
  }

  function endReplay() {
    watch.disconnect();
    early.fields.clear();
    early.click = null;
    delete document.documentElement.dataset.waits;
  }

  // An open form, as Draft.razor marks it.
  const store = "unsent";
  const keptFor = 30 * 60_000;
  const begun = new WeakMap();
  let owner = null;
  let kept = [];

  const markers = () => [...document.querySelectorAll("[data-draft]")];
  const formOf = marker => marker.closest(".mud-dialog, form");
  const statesOf = form => [...form.querySelectorAll(fields)].map(field => ({ place: placeOf(field, form), state: stateOf(field) }));

  /** What a form holds before anything is typed in it, by field. */
  function beginning(form) {
    if (!begun.has(form)) {
      begun.set(form, new Map(statesOf(form).map(f => [keyOf(f.place), f.state])));
    }

    return begun.get(form);
  }

  const typedIn = form => statesOf(form).filter(f => beginning(form).get(keyOf(f.place)) !== f.state);

  let lastField = null;

  // The first thing that happens to a form is that something in it gets the focus.
  on("focusin", event => {
    lastField = event.target.matches(fields) ? event.target : lastField;
    markers()
      .map(formOf)
      .filter(form => form.contains(event.target))
      .forEach(beginning);
  });

  // The page goes, by itself or not.
  on("pagehide", () => {
    const drafts = markers().map(marker => ({
      path: location.pathname,
      kind: marker.dataset.draft,
      keys: marker.dataset.draftKeys.split(" ").filter(id => id),
      once: marker.dataset.draftOnce || null,
      at: Date.now(),
      fields: typedIn(formOf(marker)),
    }));
    const unsent = [...drafts.filter(draft => draft.fields.length > 0), ...kept.filter(draft => draft.fields.length > 0)];
    if (owner && unsent.length > 0) {
      sessionStorage.setItem(store, JSON.stringify({ owner, drafts: unsent }));
    }
  });

  const refill = new MutationObserver(() => {
    for (const draft of kept) {
      const form = markers().filter(marker => marker.dataset.draft === draft.kind).map(formOf)[0];
      if (form) {
        beginning(form);
        // A field may come only when the one before it is filled in.
        draft.fields = draft.fields.filter(({ place, state }) => {
          const field = find(place, form);
          if (field && stateOf(field) !== state) {
            put(field, state);
          }

          return !field;
        });
      }
    }

    if (kept.every(draft => draft.fields.length === 0)) {
      endRefill();
    }
  });

  function endRefill() {
    refill.disconnect();
    kept = [];
  }

  // In a dialog Escape does what the button does that is marked for it, whether or not the circuit has drawn what was typed.
  on("keydown", event => {
    const button = event.key === "Escape" && !event.isComposing && [...document.querySelectorAll(".mud-dialog-container [data-escape]")].at(-1);
    if (button) {
      event.preventDefault();
      event.stopImmediatePropagation();
      button.click();
    }
  });

  return {
    /** The page is there for this reader. Gives what they were filling in on it when it went, to be opened again; what they typed is put back as soon as its field is there. */
    begin(reader) {
      if (owner === null) {
        // Here and not before: what the page does by itself is heard first, and asks nobody.
        addEventListener("beforeunload", event => document.querySelector("[data-draft-touched]") && event.preventDefault());
      }

      owner = reader;
      const stored = JSON.parse(sessionStorage.getItem(store) ?? "null");
      const here = draft => draft.path === location.pathname;
      const mine = stored?.owner === reader ? stored.drafts.filter(draft => Date.now() - draft.at < keptFor) : [];
      sessionStorage.removeItem(store);
      if (mine.some(draft => !here(draft))) {
        sessionStorage.setItem(store, JSON.stringify({ owner, drafts: mine.filter(draft => !here(draft)) }));
      }

      kept = mine.filter(here);
      if (kept.length > 0) {
        refill.observe(document.body, { childList: true, subtree: true });
        setTimeout(endRefill, patience);
      }

      return kept.map(({ kind, keys, once }) => ({ kind, keys, once }));
    },

    /** The line is there again: what was typed while it was cut goes to the circuit now. */
    tellAgain() {
      for (const form of markers().map(formOf)) {
        typedIn(form)
          .map(({ place }) => find(place, form))
          .filter(field => field.type !== "radio" || field.checked)
          .forEach(tell);
      }
    },

    /** Leads the focus back into a form. */
    focusForm(kind) {
      const form = markers().filter(marker => marker.dataset.draft === kind).map(formOf)[0];
      (form?.contains(lastField) ? lastField : form?.querySelector(fields))?.focus();
    },
  };
})();
