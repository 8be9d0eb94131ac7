// Whoever works with the keyboard keeps their place: when what has the focus goes (a row, a button that is no longer needed), the focus goes to what stood nearest, and comes
// back to a button that was switched off while it worked. After a dialog dashboard.js puts it back.
(() => {
  const focusable = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, h1[tabindex]";
  let place = [];

  addEventListener("focusin", event => {
    place = [];
    for (let element = event.target; element && element !== document.body; element = element.parentElement) {
      place.push(element);
    }
  }, { capture: true });

  // Whoever clicks elsewhere has left by themselves.
  addEventListener("pointerdown", event => {
    if (place.length > 0 && !place[0].contains(event.target)) {
      place = [];
    }
  }, { capture: true });

  new MutationObserver(changes => {
    const [had] = place;
    if (!had || document.activeElement !== document.body) {
      return;
    }

    if (!had.isConnected) {
      const near = place.find(element => element.isConnected);
      const next = near && [...near.querySelectorAll(focusable)].find(element => element.checkVisibility());
      (next ?? near?.closest(".mud-dialog, dialog")?.querySelector(focusable) ?? document.querySelector("h1"))?.focus({ preventScroll: true });
    } else if (changes.some(change => change.target === had && change.attributeName === "disabled") && !had.disabled) {
      had.focus({ preventScroll: true });
    }
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
})();
