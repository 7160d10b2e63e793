"""The rows of the example: a small made-up portfolio that passes the checks and uses most tables."""

from __future__ import annotations

from typing import Any

EXAMPLE: dict[str, list[dict[str, Any]]] = {
    "areas": [
        {"area": "naringsliv", "name": "Näringsliv och innovation", "goal": "Stark konkurrenskraft", "weight": 1},
        {"area": "halsa", "name": "Hälsa och livsmiljö", "goal": "Hög livskvalitet", "weight": 1, "floor_share": 0.2},
    ],
    "funds": [
        {
            "fund": "statliga", "name": "Statliga medel", "financier": "regionen", "sector": "public", "level": "state",
            "max_rate": 0.5, "rate_base": "booked", "max_per_project": 600000, "draw_order": 1,
        },
        {"fund": "avgifter", "name": "Deltagaravgifter", "sector": "private", "level": "private", "draw_order": 2},
        {
            "fund": "egna", "name": "Regionens egna medel", "financier": "regionen", "sector": "public",
            "level": "region", "draw_order": 3,
        },
    ],
    "budgets": [
        {"fund": "statliga", "year": 2026, "amount": 900000},
        {"fund": "statliga", "year": 2027, "amount": 700000, "status": "planned"},
        {"fund": "avgifter", "year": 2026, "amount": 100000},
        {"fund": "avgifter", "year": 2027, "amount": 0},
        {"fund": "egna", "year": 2026, "amount": 500000},
        {"fund": "egna", "year": 2027, "amount": 400000},
    ],
    "eligibility": [{"fund": "avgifter", "by": "project", "value": "natverk"}],
    "rate_limits": [{"limit": "offentligt-hogst", "by": "sector", "value": "public", "max_rate": 1}],
    "categories": [
        {"category": "personal", "name": "Personal"},
        {"category": "tjanster", "name": "Externa tjänster"},
        {"category": "oh", "name": "Schablon: OH 20 % av personal", "flat_rate": 0.2, "flat_rate_base": "personal"},
    ],
    "projects": [
        {"project": "natverk", "name": "Nätverk för småföretag", "lead": "regionen"},
        {"project": "motesplats", "name": "Mötesplats i kommunen", "lead": "kommunen", "min_share": 0.5},
        {"project": "drift", "name": "Löpande drift", "lead": "regionen", "status": "ordinary"},
    ],
    "costs": [
        {"project": "natverk", "category": "personal", "year": 2026, "amount": 500000},
        {"project": "natverk", "category": "personal", "year": 2027, "amount": 515000},
        {"project": "natverk", "category": "tjanster", "year": 2026, "amount": 200000},
        {"project": "motesplats", "category": "personal", "year": 2026, "amount": 400000},
        {"project": "motesplats", "category": "personal", "year": 2027, "amount": 412000},
        {"project": "motesplats", "category": "tjanster", "year": 2027, "amount": 300000},
        {"project": "drift", "category": "personal", "year": 2026, "amount": 250000},
    ],
    "contributions": [
        {"project": "natverk", "area": "naringsliv", "share": 1, "benefit": 1800},
        {"project": "motesplats", "area": "naringsliv", "share": 0.25, "benefit": 318.6},
        {"project": "motesplats", "area": "halsa", "share": 0.75, "benefit": 955.8},
    ],
    "actors": [
        {"actor": "regionen", "name": "Regionen", "type": "region"},
        {"actor": "kommunen", "name": "Kommunen", "type": "municipality", "municipality": "kommunen"},
        {"actor": "hogskolan", "name": "Högskolan", "type": "university", "target_group": "secondary"},
    ],
    "participations": [
        {"project": "natverk", "actor": "hogskolan", "role": "partner"},
        {"project": "motesplats", "actor": "regionen", "role": "partner"},
    ],
    "links": [{"actor": "regionen", "other": "kommunen", "weight": 2}],
    "municipalities": [{"municipality": "kommunen", "name": "Kommunen", "population": 21000}],
    "reach": [
        {"project": "natverk", "municipality": "kommunen", "share": 0.5},
        {"project": "motesplats", "municipality": "kommunen", "share": 1},
    ],
    "perspectives": [
        {"perspective": "social", "name": "Social hållbarhet", "kind": "sustainability"},
        {"perspective": "kvinnor", "name": "Kvinnor", "kind": "gender", "floor_share": 0.3},
        {"perspective": "man", "name": "Män", "kind": "gender"},
    ],
    "markings": [
        {"project": "motesplats", "perspective": "social", "share": 1, "basis": "Ansökan"},
        {"project": "natverk", "perspective": "kvinnor", "share": 0.4, "basis": "Deltagarstatistik 2025"},
        {"project": "natverk", "perspective": "man", "share": 0.6, "basis": "Deltagarstatistik 2025"},
        {"project": "motesplats", "perspective": "kvinnor", "share": 0.5, "basis": "Besöksräkning 2025"},
        {"project": "motesplats", "perspective": "man", "share": 0.5, "basis": "Besöksräkning 2025"},
    ],
}  # fmt: skip

# The sheet of questions: its sheets, columns and ways by their keys.
QUESTIONS: list[dict[str, Any]] = [
    {
        "scenario": "Mindre stöd", "title": "De statliga medlen halveras 2027",
        "question": "Vad tränger minskningen undan?", "sheet": "budgets", "row": "Statliga medel", "year": 2027,
        "column": "amount", "how": "multiply", "value": "50 %",
    },
    {"scenario": "Nätverket helt", "question": "Ryms det, och vad får stå tillbaka?",
     "row": "Nätverk för småföretag", "how": "require"},
    {"scenario": "Olika sats", "question": "Vad betyder den statliga satsen?", "sheet": "funds",
     "row": "Statliga medel", "column": "max_rate", "how": "set", "value": "30 %; 40 %; 50 %"},
    {"scenario": "Bortfall", "question": "Vilken källa är vi mest beroende av?", "row": "fund", "how": "drop"},
]  # fmt: skip
