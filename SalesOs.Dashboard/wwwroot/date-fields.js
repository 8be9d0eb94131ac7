// A date that is typed is taken when its field is left or Enter is pressed. Chromium tells of a change with each key once the parts make a date, so that a year would be taken
// as 2, 20, 202 and 2026. One that is chosen from the calendar is taken at once.
(() => {
  const isDate = target => target.matches?.("input[type=date], input[type=datetime-local]");
  let typing = null;
  let taken = "";

  // On the window and capturing: before any listener of Blazor's, which stand on the document.
  addEventListener("keydown", event => {
    if (!isDate(event.target)) {
      return;
    }

    if (event.key === "Enter") {
      take(event.target);
    } else if (typing !== event.target && !["Tab", "Escape", "Shift"].includes(event.key)) {
      [typing, taken] = [event.target, event.target.value];
    }
  }, { capture: true });

  for (const name of ["input", "change"]) {
    addEventListener(name, event => {
      if (event.isTrusted && event.target === typing) {
        event.stopImmediatePropagation();
      }
    }, { capture: true });
  }

  addEventListener("focusout", event => event.target === typing && take(typing), { capture: true });

  function take(field) {
    if (field !== typing) {
      return;
    }

    typing = null;
    if (field.validity.badInput) {
      // Half a date is none: the one before comes back.
      field.value = taken;
    } else if (field.value !== taken) {
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
})();
