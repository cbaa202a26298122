"""The papers, a module each with a ``PAPER`` and its statements; its docstring introduces them."""

# In the order of the list and of the report; a new one is a file here and its name below.
MODULES = (
    "gunasekar2018",
    "soudry2018",
    "nacson2019",
    "nacson2019b",
    "ji_telgarsky2019",
    "woodworth2020",
    "ji2020",
    "ji_telgarsky2021",
    "ji2021",
    "wang2021",
    "sun2022",
    "xie_li2024",
    "zhang2024",
    "pesme2024",
    "ravi2024",
    "fan2025",
    "baek2026",
    "li2026",
    "fan_szepesvari2026",
)
