// The explorer's page: native controls around three figures. Python holds the state; every control sends an edit, and
// the answer, a view, is what is shown. While an answer is outstanding, edits that follow each other fast wait for it,
// one of a kind: the last, and moves added up.

export function render({ model, el }) {
  const choices = model.choices
  let view = model.view
  let selected = null
  let expected = Infinity // points, the last of which is to be selected once it is there
  let pen = 1
  let theme = "auto"
  let sent = 0
  const waiting = new Map()

  // -- edits
  const post = (edit) => {
    sent += 1
    model.send_msg({ ...edit, sent })
  }
  const send = (edit, kind = null) => {
    // A page in a notebook learns from nothing but silence that no kernel hears it.
    if (!model.served && edit.do !== "theme") setTimeout(() => sent > view.answered && (gone.textContent = NO_KERNEL), 5000)
    if (kind !== null && sent > view.answered) {
      const before = edit.do === "move" ? waiting.get(kind) : null
      waiting.set(kind, before ? { ...edit, dx: before.dx + edit.dx, dy: before.dy + edit.dy } : edit)
      return
    }
    // What came first is done first: it may be about a point that this edit removes.
    for (const each of waiting.values()) post(each)
    waiting.clear()
    post(edit)
  }
  const flush = () => {
    for (const [kind, edit] of waiting) {
      waiting.delete(kind)
      return post(edit)
    }
  }

  const { field, select, slider, button, wide } = controlsOf(model.name_of_page, () => sent > view.answered || waiting.size)

  // -- the card of a method: its verdict, and its controls
  const card = (index) => {
    const change = (name, kind) => (value) =>
      send({ do: "curve", index, field: name, value: value === Infinity ? "inf" : value }, kind && `${kind}${index}`)
    const method = select([], change("method"))
    const geometry = select([], change("geometry"))
    const momentum = select([], change("momentum"))
    const step = select([], change("step"))
    const batch = select([[0, "all"], ...[1, 2, 5, 10, 20].map((n) => [n, n])], change("batch"))
    const rows = {
      geometry: field("Norm or potential", geometry),
      p: slider("p", EXPONENTS, [0, 60], change("p", "p")),
      width: slider("Scale of the entropy", STEPS, [-60, 20], change("width", "width")),
      momentum: field("Momentum", momentum),
      beta: slider("Momentum β", SHARES, [0, 99], change("beta", "beta")),
      step: field("Step rule", step),
      eta: slider("Step η", STEPS, [-100, 40], change("eta", "eta")),
      batch: field("Samples a step", batch),
    }
    const name = h("h3")
    const badge = h("span", { class: "badge" })
    const numbers = h("span", { class: "numbers" })
    const words = h("p", { class: "words" })
    const note = h("p", { class: "note" })
    const remove = button("Remove", () => send({ do: "remove curve", index }), `Remove method ${index + 1}`)
    const controls = h(
      "details",
      { open: index === 0 && !narrow.matches },
      h("summary", {}, "Adjust"),
      h("div", { class: "fields" }, wide(field("Method", method)), ...Object.values(rows), remove),
    )
    const made = h(
      "article",
      { class: "card", "data-curve": index },
      h("header", {}, h("span", { class: "key", "aria-hidden": "true" }, String(index + 1)), name),
      h("p", { class: "found" }, badge, numbers),
      words,
      note,
      controls,
    )
    made.put = () => {
      const curve = view.curves[index]
      const kind = choices.methods[curve.method]
      const verdict = view.verdicts[index]
      const option = (table) => (key) => [key, table[key]]
      const methods = Object.entries(choices.methods).filter(([key]) => view.symmetric || key !== "factorized")
      method.fill(methods.map(([key, each]) => [key, each.title]))
      method.value = curve.method
      geometry.fill(kind.geometries.map(option(choices.geometries)))
      geometry.value = curve.geometry
      momentum.fill(kind.momenta.map(option(choices.momenta)))
      momentum.value = curve.momentum
      const steps = view.monotone ? Object.keys(choices.steps) : ["constant", "polynomial"]
      step.fill(steps.map(option(choices.steps)))
      step.value = curve.step
      if (![...batch.options].some((each) => Number(each.value) === curve.batch)) batch.append(h("option", { value: curve.batch }, curve.batch))
      batch.value = curve.batch
      rows.p.put(curve.p, { SquaredLp: [1, 30], PowerPotential: [1, 56] }[curve.geometry] ?? [0, 60])
      rows.width.put(curve.width)
      rows.beta.put(curve.beta)
      rows.eta.put(curve.eta)
      rows.geometry.hidden = kind.geometries.length < 2
      rows.p.hidden = !kind.geometries.length || !["Lp", "SquaredLp", "PowerPotential"].includes(curve.geometry)
      rows.width.hidden = curve.geometry !== "HyperbolicEntropy"
      rows.momentum.hidden = kind.momenta.length < 2
      rows.beta.hidden = curve.momentum === "none"
      rows.eta.hidden = curve.step === "line-search"
      remove.hidden = view.curves.length === 1
      name.textContent = verdict?.name ?? kind.title
      badge.textContent = verdict ? (verdict.pending ? "…" : verdict.verdict) : ""
      badge.dataset.verdict = verdict?.verdict ?? ""
      badge.setAttribute("aria-label", verdict?.pending ? "being judged" : `Verdict: ${verdict?.verdict ?? "none"}`)
      numbers.textContent = verdict?.numbers ?? ""
      words.textContent = verdict?.words ?? ""
      note.textContent = verdict?.note ?? ""
    }
    return made
  }

  // -- points: by hand in the figure, or by keys
  const count = () => view.points.length
  const choose = (index) => {
    selected = count() ? ((index % count()) + count()) % count() : null
    send({ do: "select", index: selected }, "select")
    showPoint()
  }
  const add = () => {
    send({ do: "add", x: 0.5 * view.reach, y: 0.5 * view.reach, pen })
    expected = count() + 1
  }
  const onPoint = (edit, kind = null) => {
    if (selected === null || selected >= count()) choose(0)
    else send({ ...edit, index: selected }, kind && `${kind} ${selected}`)
  }
  const remove = () => {
    onPoint({ do: "remove" })
    if (selected !== null) selected = Math.max(0, Math.min(selected, count() - 2))
  }
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== pad) return
    const size = view.reach * (event.shiftKey ? 0.1 : 0.02)
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    // A key that is held moves on and on, but adds and removes once.
    if (event.repeat && ["a", "l", "Delete", "Backspace"].includes(key)) return event.preventDefault()
    if (key in ARROWS) onPoint({ do: "move", dx: ARROWS[key][0] * size, dy: ARROWS[key][1] * size }, "move")
    else if (key === "n") choose((selected ?? -1) + 1)
    else if (key === "p") choose((selected ?? 0) - 1)
    else if (key === "a") add()
    else if (key === "l" && view.monotone) onPoint({ do: "label" })
    else if (key === "Delete" || key === "Backspace") remove()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const pad = h(
    "div",
    {
      class: "figure pad",
      tabindex: 0,
      role: "application",
      "aria-label":
        "The points and their separators. N and P choose a point, arrow keys move it (Shift: farther), A adds one, " +
        "Delete removes it, L gives it the other label.",
      onkeydown: onKey,
      // Bokeh, which listens farther out, would remove the point once more.
      onkeyup: (event) => event.key === "Backspace" && event.stopPropagation(),
    },
    model.get_child("data"),
  )
  const coordinates = [0, 1].map((place) =>
    h("input", {
      type: "number",
      step: "any",
      onchange: (event) => onPoint({ do: "place", axis: view.axes[place], value: event.target.value }),
    }),
  )
  const target = h("input", {
    type: "number",
    step: "any",
    onchange: (event) => onPoint({ do: "label", value: event.target.value }),
  })
  const penSelect = select([[1, "+1"], [-1, "−1"]], (value) => (pen = Number(value)))
  const status = h("p", { class: "status", "aria-live": "polite" })
  const [firstField, secondField] = [field("x₁", coordinates[0]), field("x₂", coordinates[1])]
  const targetField = field("Target", target)
  const penField = field("New points", penSelect)
  const relabel = button("Relabel", () => onPoint({ do: "label" }), "Give the selected point the other label")
  const points = h(
    "div",
    { class: "points" },
    h(
      "div",
      { class: "row" },
      button("‹", () => choose((selected ?? 0) - 1), "Previous point"),
      status,
      button("›", () => choose((selected ?? -1) + 1), "Next point"),
      relabel,
      button("Remove", remove, "Remove the selected point"),
    ),
    h(
      "div",
      { class: "row" },
      firstField,
      secondField,
      targetField,
      penField,
      button("Add", add, "Add a point"),
    ),
  )
  const showPoint = () => {
    if (selected !== null && selected >= count()) selected = count() ? count() - 1 : null
    for (const [place, each] of [firstField, secondField].entries()) each.firstChild.textContent = `x${view.names[view.axes[place]]}`
    targetField.hidden = view.monotone
    penField.hidden = relabel.hidden = !view.monotone
    const none = selected === null
    for (const each of [...coordinates, target, relabel]) each.disabled = none
    if (none) {
      status.textContent = count() ? `${count()} point${count() > 1 ? "s" : ""}` : "No points"
      for (const each of [...coordinates, target]) each.value = ""
      return
    }
    const point = view.points[selected]
    const label = view.targets[selected]
    const said = view.monotone ? (label > 0 ? "+1" : "−1") : `target ${short(label)}`
    status.textContent = `Point ${selected + 1} of ${count()}, ${said}`
    const typing = el.getRootNode().activeElement
    for (const place of [0, 1]) if (typing !== coordinates[place]) coordinates[place].value = point[view.axes[place]]
    if (typing !== target) target.value = label
  }
  const fromFigure = (event) => {
    const told = event.detail
    if (told.id !== model.name_of_page) return
    if ("selected" in told) {
      // A point that was dragged stays the one that keys move.
      if (told.selected === null) return selected !== null && send({ do: "select", index: selected }, "select")
      selected = told.selected
      showPoint()
    } else {
      if (told.x.length > count()) expected = told.x.length
      send({ do: "drag", x: told.x, y: told.y, number: told.number, pen }, "drag")
    }
  }
  document.addEventListener("implicitbias-points", fromFigure)

  // -- the frame
  const narrow = window.matchMedia("(max-width: 900px)")
  const preset = select(
    [["", "Begin with …"], ...choices.presets.map(([key, title]) => [key, title])],
    (value) => value && send({ do: "preset", value }),
  )
  const loss = select(choices.losses.map((each) => [each, each.replace("()", "")]), (value) => send({ do: "loss", value }))
  const axes = select([], (value) => send({ do: "axes", value: value.split(",").map(Number) }))
  const axesField = field("Coordinates", axes)
  const dark = window.matchMedia("(prefers-color-scheme: dark)")
  const paint = () => {
    const now = theme === "auto" ? (dark.matches ? "dark" : "light") : theme
    root.dataset.theme = now
    if (model.served) document.documentElement.dataset.theme = now
    toggle.textContent = now === "dark" ? "Light" : "Dark"
    toggle.setAttribute("aria-label", `Use ${now === "dark" ? "light" : "dark"} colors`)
    send({ do: "theme", value: now })
  }
  const toggle = button("Dark", () => {
    theme = root.dataset.theme === "dark" ? "light" : "dark"
    paint()
  })
  const copied = async (made, text) => {
    const before = made.textContent
    try {
      await navigator.clipboard.writeText(text)
      made.textContent = "Copied"
    } catch {
      made.textContent = "Select and copy"
    }
    setTimeout(() => (made.textContent = before), 1500)
  }
  const linkButton = button("Copy link", () => copied(linkButton, address()), "Copy a link to what is shown")
  const address = () => (model.served ? location.href.split("#")[0] : "") + `#${view.link}`
  const code = h("pre", { tabindex: 0, "aria-label": "Python code" })
  const copyCode = button("Copy code", () => copied(copyCode, view.code))
  const download = h("a", { download: "explored.py", class: "button" }, "Download")
  const codePanel = h(
    "details",
    { class: "code" },
    h("summary", {}, "Python that does the same"),
    h("div", { class: "row" }, copyCode, download),
    code,
  )
  const headline = h("p", { class: "headline", "aria-live": "polite" })
  const hint = h("p", { class: "hint" })
  const error = h("p", { class: "error", role: "alert" })
  const gone = h("p", { class: "error gone", role: "alert" })
  const timeSlider = slider("Time t", TIMES, [0, 200], (value) => send({ do: "time", value }, "time"))
  timeSlider.classList.add("time")
  const cards = h("div", { class: "cards" })
  const addMethod = button("Add a method", () => send({ do: "add curve" }))
  const titled = (title, note, ...rest) => h("figure", {}, h("figcaption", {}, h("b", {}, title), " ", note), ...rest)
  const [dataNote, parameterNote, courseNote] = ["span", "span", "span"].map((tag) => h(tag))
  const parameterFigure = h("div", { class: "figure", role: "img" }, model.get_child("parameters"))
  const places = h("table", { class: "places" })
  const courseFigure = h("div", { class: "figure", role: "img" }, model.get_child("course"))
  const root = h(
    "div",
    { class: model.served ? "explorer served" : "explorer" },
    h(
      "header",
      { class: "top" },
      h("h1", {}, "implicitbias", h("span", {}, " explorer")),
      field("Preset", preset),
      field("Loss", loss),
      axesField,
      h("div", { class: "row tools" }, linkButton, toggle),
    ),
    h("section", { class: "said", "aria-label": "What the points are" }, headline, hint, error, gone),
    h(
      "section",
      { class: "views", "aria-label": "Figures" },
      titled("Data", dataNote, pad, points),
      titled("Parameters", parameterNote, parameterFigure, places),
    ),
    h("section", { class: "course", "aria-label": "Course" }, titled("Course", courseNote, courseFigure), timeSlider),
    h("section", { class: "methods", "aria-label": "Methods and verdicts" }, h("h2", {}, "Methods"), cards, addMethod),
    codePanel,
  )

  const show = (shown) => {
    view = shown
    if (!model.served) gone.textContent = ""
    loss.fill([...new Set([...choices.losses, view.loss])].map((each) => [each, each.replace("()", "")]))
    loss.value = view.loss
    preset.value = view.preset
    axesField.hidden = view.dimension < 3
    const pairs = []
    for (let i = 0; i < Math.min(view.dimension, 12); i += 1)
      for (let j = 0; j < Math.min(view.dimension, 12); j += 1) if (i !== j) pairs.push([`${i},${j}`, `x${view.names[i]} and x${view.names[j]}`])
    axes.fill(pairs)
    axes.value = view.axes.join(",")
    headline.textContent = view.headline
    hint.textContent = view.hint
    error.textContent = view.error
    timeSlider.put(view.log10_t)
    if (cards.children.length !== view.curves.length)
      cards.replaceChildren(...view.curves.map((_, index) => cards.children[index] ?? card(index)))
    for (const each of cards.children) each.put()
    addMethod.hidden = view.curves.length >= choices.most_curves
    dataNote.textContent = view.monotone ? `● +1  ○ −1; ${view.dimension > 2 ? "sections of separators" : "lines separate"}` : "each point with its target"
    parameterNote.textContent = view.monotone
      ? "directions on unit spheres; ☆ predicted"
      : "○ start, ☆ predicted; dashed: solutions; thin: level sets"
    courseNote.textContent = view.monotone
      ? "margin (solid), certified bound (dashed), maximum (dotted)"
      : "the largest residual"
    parameterFigure.setAttribute("aria-label", `Parameter space. ${view.said}`)
    courseFigure.setAttribute("aria-label", `Margins or residuals against t. ${view.said}`)
    places.replaceChildren(
      h("tr", {}, ...["", view.monotone ? "w(t) / ‖w(t)‖" : "w(t)", "predicted"].map((each) => h("th", { scope: "col" }, each))),
      ...view.verdicts.map((each, index) =>
        h(
          "tr",
          { "data-curve": index },
          h("th", { scope: "row" }, h("span", { class: "key" }, String(index + 1))),
          h("td", {}, each.end),
          h("td", {}, each.star),
        ),
      ),
    )
    code.textContent = view.code
    download.href = `data:text/x-python;charset=utf-8,${encodeURIComponent(view.code)}`
    if (count() >= expected) {
      expected = Infinity
      choose(count() - 1)
    } else showPoint()
    if (model.served && location.hash.slice(1) !== view.link) history.replaceState(null, "", `#${view.link}`)
    if (sent <= view.answered) flush()
  }
  // The address is the state: a page that is loaded anew shows the same.
  const onConnection = (event) => {
    if (event.detail.back) return location.reload()
    gone.textContent = NO_SERVER(location.port)
  }
  if (model.served) document.addEventListener("implicitbias-connection", onConnection)
  const restore = () => location.hash.length > 1 && location.hash.slice(1) !== view.link && send({ do: "restore", value: location.hash })
  const wanted = model.served ? location.hash : ""
  dark.addEventListener("change", paint)
  model.on("msg:custom", show)
  if (wanted.length > 1) send({ do: "restore", value: wanted })
  else show(view)
  if (model.served) window.addEventListener("hashchange", restore)
  model.on("remove", () => {
    document.removeEventListener("implicitbias-points", fromFigure)
    document.removeEventListener("implicitbias-connection", onConnection)
    window.removeEventListener("hashchange", restore)
    dark.removeEventListener("change", paint)
  })
  paint()
  return root
}
