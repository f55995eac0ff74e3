// A little help on top of pages that work without it: dialogs, suggestions, menus, one submit at a time.
(() => {
  "use strict";

  const on = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const found = event.target instanceof Element && event.target.closest(selector);
      if (found) act(event, found);
    });

  // ------------------------------------------------------------ dialogs: a link's page, shown over this one
  const openDialog = async (link) => {
    const answer = await fetch(link.href, { headers: { "X-Fragment": "dialog" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("main");
    const dialog = document.createElement("dialog");
    const title = content.querySelector("h1");
    title.id = "dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.append(...content.childNodes);
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
    nameButtons(dialog);
  };

  on("click", "a[data-dialog]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openDialog(link).catch(() => location.assign(link.href));
  });

  // ------------------------------------------------------------ printing: a button only where it can do something
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  on("click", "[data-print]", () => window.print());

  // ------------------------------------------------------------ tables that are wider than their place say so
  const markCut = () => {
    for (const place of document.querySelectorAll(".sideways")) {
      place.classList.toggle("goes-on", place.scrollWidth > place.clientWidth + 1);
    }
  };
  markCut();
  window.addEventListener("resize", markCut);
  document.addEventListener("toggle", markCut, true); // what was folded had no width

  on("click", "dialog [data-close]", (event, link) => {
    event.preventDefault();
    link.closest("dialog").close();
  });

  // ------------------------------------------------------------ one submit at a time
  on("submit", "form[method=post]", (event, form) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if ("download" in form.dataset) return; // the page stays, and the file may be asked for again
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  // ------------------------------------------------------------ menus close when something else is used
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // ------------------------------------------------------------ a button that says whom or what was chosen
  const nameButtons = (root) => {
    for (const button of root.querySelectorAll("button[data-of]")) {
      const plain = button.textContent;
      const show = () => {
        const name = button.dataset.of;
        const picked = button.form.querySelector(`[name="${name}"]:checked, [name="${name}"] [data-words]:checked`);
        button.textContent = picked ? button.dataset.words.replace("{name}", picked.dataset.words) : plain;
      };
      button.form.addEventListener("change", show);
      show();
    }
  };
  nameButtons(document);

  // ------------------------------------------------------------ tick all, tick none
  const count = (root) => {
    for (const group of root.querySelectorAll("details")) {
      const boxes = [...group.querySelectorAll("input[type=checkbox]")];
      const told = group.querySelector("[data-count]");
      if (told) told.textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length}`;
    }
  };
  on("click", "button[data-tick]", (event, button) => {
    event.preventDefault();
    const root = document.getElementById(button.dataset.within);
    for (const box of root.querySelectorAll("input[type=checkbox]")) box.checked = button.dataset.tick === "all";
    count(root);
  });
  on("change", ".tree", (event, root) => count(root));

  // ------------------------------------------------------------ what is typed into the search finds records at once
  const suggest = (form) => {
    const input = form.querySelector("input[type=search]");
    const box = document.createElement("div");
    box.className = "suggestions";
    box.id = "suggestions";
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", input.getAttribute("aria-label"));
    box.hidden = true;
    form.append(box);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", box.id);
    let asked = 0;
    let timer = 0;
    let chosen = -1;

    const close = () => {
      box.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (index) => {
      const options = [...box.children];
      chosen = (index + options.length) % options.length;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
      input.setAttribute("aria-activedescendant", options[chosen].id);
    };
    const show = (records) => {
      box.replaceChildren(
        ...records.map((record, at) => {
          const option = document.createElement("div");
          option.setAttribute("role", "option");
          option.id = `suggestion-${at}`;
          option.dataset.address = record.address;
          const name = document.createElement("span");
          name.textContent = record.name;
          const kind = document.createElement("span");
          kind.className = "soft small nowrap";
          kind.textContent = record.kind;
          option.append(name, kind);
          return option;
        }),
      );
      chosen = -1;
      box.hidden = records.length === 0;
      input.setAttribute("aria-expanded", String(!box.hidden));
    };
    const ask = async () => {
      const words = input.value.trim();
      const turn = ++asked;
      if (!words) return close();
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (answer.ok && turn === asked) show((await answer.json()).records);
    };

    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(close), 160);
    });
    input.addEventListener("keydown", (event) => {
      if (box.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.assign(box.children[chosen].dataset.address);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
    box.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      location.assign(option.dataset.address);
    });
    input.addEventListener("blur", close);
  };
  document.querySelectorAll("form[data-suggest]").forEach(suggest);

  // ------------------------------------------------------------ articles about what is being typed appear beside it
  const adviseOn = (form) => {
    const box = document.getElementById("articles");
    const body = box.querySelector(".sheet-body");
    const typed = form.dataset.articlesOf.split(" ").map((name) => form.elements.namedItem(name));
    let asked = 0;
    let timer = 0;
    const show = (articles) => {
      box.hidden = articles.length === 0;
      body.replaceChildren(
        ...articles.map((article) => {
          const one = document.createElement("details");
          const title = document.createElement("summary");
          title.textContent = article.title;
          const words = document.createElement("p");
          words.className = "prose";
          words.textContent = article.text;
          one.append(title, words);
          if (article.address) {
            const link = document.createElement("a");
            link.href = article.address;
            link.target = "_blank";
            link.rel = "noopener";
            link.textContent = body.dataset.read;
            one.append(link);
          }
          return one;
        }),
      );
    };
    const ask = async () => {
      const turn = ++asked;
      const words = typed.map((input) => input.value).join(" ").trim().slice(0, 1000);
      if (words.length < 2) return show([]);
      const answer = await fetch(`${form.dataset.articles}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (answer.ok && turn === asked) show((await answer.json()).articles);
    };
    for (const input of typed) {
      input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => ask().catch(() => show([])), 300);
      });
    }
  };
  document.querySelectorAll("form[data-articles]").forEach(adviseOn);

  // ------------------------------------------------------------ a button that copies what stands in a field
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        if (!document.execCommand("copy")) return; // it stays selected, to be copied by hand
      }
      button.textContent = button.dataset.said;
    });
  }

  // ------------------------------------------------------------ a page that looks again by itself while something runs
  const poll = async (box) => {
    const answer = await fetch(box.dataset.poll, { credentials: "same-origin" });
    if (!answer.ok) return location.assign(box.dataset.poll);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById(box.id);
    if (!next || !next.dataset.poll) return location.assign(box.dataset.poll);
    box.replaceChildren(...next.childNodes);
    setTimeout(() => poll(box).catch(() => location.reload()), 700);
  };
  document.querySelectorAll("[data-poll]").forEach((box) => setTimeout(() => poll(box).catch(() => location.reload()), 500));

  // ------------------------------------------------------------ what is wrong is read out and stands in sight
  document.querySelector("[data-focus]")?.focus();
})();
