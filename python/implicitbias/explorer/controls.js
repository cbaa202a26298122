// Native controls with their labels; page.js puts them together.

const h = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, "")
    else if (value !== false && value != null) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}
const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "∞")
const raised = (n) => [...String(n)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"["0123456789".indexOf(c)] ?? "").join("")
const time = (log) => (log < 6 ? Math.round(10 ** log).toLocaleString("en-US") : `10${raised(Math.round(log))}`)

// Sliders are whole positions; a scale turns them into values and back.
const EXPONENTS = { of: (k) => (k >= 60 ? Infinity : 60 / (60 - k)), at: (p) => Math.round(60 - 60 / p), show: short }
const SHARES = { of: (k) => k / 100, at: (v) => Math.round(100 * v), show: short }
const STEPS = { of: (k) => Number((10 ** (k / 20)).toPrecision(2)), at: (v) => Math.round(20 * Math.log10(v)), show: short }
const TIMES = {
  of: (k) => {
    const log = 300 * (k / 200) ** 3
    return log < 6 ? Math.round(100 * log) / 100 : Math.round(log)
  },
  at: (log) => Math.round(200 * (log / 300) ** (1 / 3)),
  show: time,
}

// What `ahead` says: whether the hand has moved on from what Python shows.
const controlsOf = (page, ahead) => {
  let labels = 0
  const field = (name, control, extra = "") => {
    control.id = `${page}-${(labels += 1)}`
    return h("div", { class: "field" }, h("label", { for: control.id }, name), control, extra)
  }
  const select = (options, change) => {
    const made = h("select", { onchange: () => change(made.value) })
    made.fill = (entries) => {
      const text = JSON.stringify(entries)
      if (made.filled === text) return
      made.filled = text
      made.replaceChildren(...entries.map(([value, shown]) => h("option", { value }, shown)))
    }
    made.fill(options)
    return made
  }
  const slider = (name, scale, [low, high], change) => {
    const shown = h("output")
    const range = h("input", { type: "range", min: low, max: high, step: 1 })
    const say = (value) => {
      shown.textContent = scale.show(value)
      range.setAttribute("aria-valuetext", scale.show(value))
    }
    range.addEventListener("input", () => {
      say(scale.of(Number(range.value)))
      change(scale.of(Number(range.value)))
    })
    const made = field(name, range, shown)
    made.put = (value, [from, to] = [low, high]) => {
      // The hand is ahead of an answer to what it has moved on from.
      if (shown.textContent && ahead()) return
      range.min = from
      range.max = to
      if (scale.at(value) !== scale.at(scale.of(Number(range.value)))) range.value = scale.at(value)
      say(value)
    }
    return made
  }
  // A field that takes a row of its own.
  const wide = (made) => {
    made.classList.add("wide")
    return made
  }
  const button = (text, onclick, label = null) => h("button", { type: "button", onclick, "aria-label": label }, text)
  return { field, select, slider, button, wide }
}
