"""The words of reports, in Swedish and English, by key. The same keys in both: a test holds that."""

from __future__ import annotations

from typing import Any

SV: dict[str, Any] = {
    "proven": "Planen är bevisad: ingen plan är värd mer än {bound} poäng (avstånd {gap}, exakt bevis med svag "
    "dualitet); kontrollerad i hela kronor.",
    "bounded": "Planen är kontrollerad i hela kronor. Enligt lösaren är ingen plan värd mer än {bound} poäng "
    "(avstånd {gap}); med val av slaget antingen–eller är den gränsen inte exakt bevisad.",
    "relaxation": "Exakt bevisad gräns om projekten i sådana val fick delas: {bound} poäng (avstånd {gap}).",
    "over_bound": "Avrundningen till hela kronor ger planen {over} poäng utöver gränsen.",
    "kept": "Gränsen gäller bland planer som först uppfyller: {names}.",
    "objectives": {
        "value": "värde", "draw_order": "dragningsordning", "balance": "jämvikt mellan områden",
        "reach": "kronor per invånare", "funded": "finansierade kronor", "leverage": "regionens egna kronor",
        "spread": "spridning på källor", "canonical": "entydighet",
    },
    "infeasible": "Ingen plan: reglerna motsäger varandra, så ingen fördelning uppfyller dem alla.",
    "time_limit": "Ingen plan: tiden tog slut innan någon plan kunde bevisas vara bäst. Ge mer tid med --time-limit.",
    "uncertified": "Ingen plan: resultatet klarade inte kontrollen ({message}). Det visas inte som en plan. "
    "Pröva en annan lösare med --solver.",
    "solver_failed": "Ingen plan: lösaren {solver} misslyckades ({message}). Pröva en annan lösare med --solver.",
    "asks": "Bara regler som kräver något kan göra en modell olösbar. Minst en av dessa ryms inte i pengarna, satserna "
    "och taken, eller inte tillsammans med de andra:",
    "asks_held": "{count} projekt ska genomföras helt (bundna eller krävda): {names}",
    "asks_commitments": "{count} beslutade eller utbetalda belopp (commitments) i: {names}",
    "asks_participation": "{count} aktörer ska vara med i ett minsta antal projekt (min_projects): {names}",
    "and_more": "och {count} till",
}  # fmt: skip
EN: dict[str, Any] = {
    "proven": "The plan is proven: no plan is worth more than {bound} points (gap {gap}, exact proof by weak duality); "
    "checked in whole kronor.",
    "bounded": "The plan is checked in whole kronor. According to the solver no plan is worth more than {bound} points "
    "(gap {gap}); with either–or choices that bound is not proven exactly.",
    "relaxation": "Bound proven exactly if the projects in such choices could be divided: {bound} points (gap {gap}).",
    "over_bound": "Rounding to whole kronor gives the plan {over} points beyond the bound.",
    "kept": "The bound holds among plans that first fulfil: {names}.",
    "objectives": {
        "value": "value", "draw_order": "draw order", "balance": "balance between areas",
        "reach": "kronor per inhabitant", "funded": "funded kronor", "leverage": "the region's own kronor",
        "spread": "spread over funds", "canonical": "uniqueness",
    },
    "infeasible": "No plan: the rules contradict each other, so that no allocation keeps them all.",
    "time_limit": "No plan: time ran out before any plan could be proven best. Give more time with --time-limit.",
    "uncertified": "No plan: the result did not pass its check ({message}). It is not shown as a plan. "
    "Try another solver with --solver.",
    "solver_failed": "No plan: the solver {solver} failed ({message}). Try another solver with --solver.",
    "asks": "Only rules that ask for something can leave a model without a plan. At least one of these does not fit the "
    "money, the rates and the caps, or not together with the others:",
    "asks_held": "{count} projects must be carried out in full (committed or required): {names}",
    "asks_commitments": "{count} decided or paid amounts (commitments) in: {names}",
    "asks_participation": "{count} actors must take part in a least number of projects (min_projects): {names}",
    "and_more": "and {count} more",
}  # fmt: skip
TEXTS = {"sv": SV, "en": EN}
