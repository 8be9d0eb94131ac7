// The keyboard of the key list: rows by arrow keys, and shortcuts of a single letter, which can be switched off.
(() => {
  const off = "shortcuts-off";
  const isWriting = target => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
  const isCovered = () => document.querySelector(".mud-dialog-container, dialog[open], [popover]:popover-open") !== null;

  // What a hint covers can be seen without leaving it.
  document.addEventListener("keydown", event => event.key === "Escape" && event.target.matches("[data-hint]") && event.target.classList.add("hushed"));
  document.addEventListener("focusout", event => event.target.matches?.("[data-hint]") && event.target.classList.remove("hushed"));

  document.addEventListener("keydown", event => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(target) || isCovered()) {
      return;
    }

    const row = target.closest?.("[role=rowgroup]:not(thead) > tr");
    const to = row && { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: row.parentElement.firstElementChild, End: row.parentElement.lastElementChild }[key];
    if (row && to !== undefined) {
      event.preventDefault();
      // The same place in the other row; in a row without it, the link.
      const place = target.closest("td")?.classList[0] ?? "name";
      (to?.querySelector(`.${place} :is(button, input)`) ?? to?.querySelector("a"))?.focus();
      return;
    }

    const control = ["/", "c", "?"].includes(key) && localStorage.getItem(off) === null && document.querySelector(`[data-shortcut="${key}"]`);
    if (control) {
      event.preventDefault();
      control.matches("input") ? (control.focus(), control.select()) : control.click();
    }
  });

  Object.assign((window.apiKeys ??= {}), {
    shortcutsAreOn: () => localStorage.getItem(off) === null,
    switchShortcuts: on => (on ? localStorage.removeItem(off) : localStorage.setItem(off, "")),
  });
})();
