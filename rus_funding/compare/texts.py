"""The words of comparisons, in Swedish and English, by key. The same keys in both: a test holds that."""

from __future__ import annotations

from typing import Any

SV: dict[str, Any] = {
    "head": "{planned} av {count} scenarier har en plan. Jämfört med: {reference}.",
    "statuses": {
        "infeasible": "olösbar", "invalid": "ogiltig", "time_limit": "tiden tog slut", "error": "ej bevisad",
        "crashed": "kraschade",
    },
    "baseline": "basfall",
    "figures": "Nyckeltal", "difference": "Skillnad", "scenarios": "Scenarier", "number": "Nr", "scenario": "Scenario",
    "figure_names": {
        "value": "Värde, poäng", "funded": "Finansieras, kr", "cofinancing": "Medfinansieringsgrad",
        "leverage": "Hävstång", "largest_fund_share": "Största källans andel",
        "herfindahl_funds": "Herfindahl, källor", "herfindahl_areas": "Herfindahl, områden",
        "hoover": "Hoover, kommuner", "projects_funded": "Projekt helt", "projects_partly": "Projekt delvis",
        "projects_not": "Projekt inte", "unused": "Kvar, kr",
    },
    "short_names": {
        "value": "Värde", "funded": "Finansieras", "cofinancing": "Medfin.", "leverage": "Hävst.",
        "largest_fund_share": "Största", "herfindahl_funds": "H källor", "herfindahl_areas": "H områden",
        "hoover": "Hoover", "projects_funded": "Helt", "projects_partly": "Delvis", "projects_not": "Inte",
        "unused": "Kvar",
    },
    "short_means": "Största: största källans andel. H: Herfindahls index, 1 när en har allt. Hoover: andel av pengarna "
    "som skulle behöva flytta för lika mycket per invånare. Helt, Delvis, Inte: antal projekt. Kvar: oanvända pengar.",
    "differences": "Skillnad mot {reference}",
    "quantiles": {
        "least": "Minst", "tenth": "10 %", "median": "Median", "nine_tenths": "90 %", "largest": "Störst",
    },
    "spread_means": "10 %: en tiondel av scenarierna ligger under. 90 %: en tiondel ligger över.",
    "lowest": "Lägst värde", "highest": "Högst värde",
    "without": "Utan plan", "and_more": "… och {count} till.",
    "moved_projects": "Vad som flyttas: projekt", "moved_funds": "Vad som flyttas: källor",
    "before": "Före, kr", "after": "Efter, kr", "change": "Ändring, kr", "unmoved": "{count} är oförändrade.",
    "nothing_moved": "Inget flyttas.", "sum": "Summa",
    "core": "Robust kärna", "in_full": "Helt", "at_all": "Alls", "share_of": "Andel",
    "groups": {
        "always": "Alltid", "depends": "Det beror på", "never": "Aldrig",
    },
    "core_means": "Helt, Alls: i så stor del av de {planned} scenarier som har en plan finansieras projektet helt, "
    "eller alls. Alltid: helt i minst {least}. Aldrig: alls i högst {most}.",
    "core_counts": "Alltid: {always} projekt, {always_kr} kr i {reference}. Det beror på: {depends}. Aldrig: {never}.",
    "core_counts_only": "Alltid: {always} projekt. Det beror på: {depends}. Aldrig: {never}.",
    "shares": "Projektens andel per scenario",
    "drivers": "Vad som betyder mest: {file}", "input": "Osäkerhet", "result": "Resultat",
    "correlation": "Rangkorrelation", "value": "Värde", "funded": "Finansieras",
    "drivers_means": "Spearmans rangkorrelation, −1 till 1, över {scenarios} scenarier och {inputs} osäkerheter. Under "
    "{chance} kan det vara slumpen.",
    "drivers_none": "Ingen av {inputs} osäkerheter visar något samband utöver slumpen.",
    "columns": {
        ("costs", "amount"): "Kostnad", ("areas", "weight"): "Vikt", ("budgets", "amount"): "Budget",
        ("contributions", "benefit"): "Nytta", ("funds", "max_rate"): "Sats", ("areas", "target"): "Mål",
    },
    "all_rows": "alla",
    "corner": "bästa planen i hörn {number}", "middle": "bästa planen vid medelvikterna", "plan": "Plan",
    "regret": "Ånger, poäng", "regret_share": "Andel", "regret_at_most": "Bevisat högst",
    "weight_regret": "Ånger över vikter", "area": "Område", "model_weight": "Modellens vikt",
    "worst_weights": "Sämsta vikterna för {plan}", "worst_weight": "Sämsta vikt",
    "stated": "Utsagor: {statements}.",
    "proven": "Ånger: vad planen som mest förlorar mot den bästa planen, vilka vikter utsagorna än tillåter. "
    "Störst blir den i något av {corners} hörn, som alla är lösta: det är ett bevis, inget stickprov.",
    "bounded": "Ånger: vad planen som mest förlorar mot den bästa planen, vilka vikter utsagorna än tillåter. "
    "Störst blir den i något av {corners} hörn, som alla är lösta; med val av slaget antingen–eller är gränsen "
    "lösarens, inte exakt bevisad.",
    "least_weights": "Minst ånger har {plan}: högst {regret} poäng.",
    "would_move": "Vad som då hade varit bättre: {best}", "same_plan": "Planen är bäst för alla tillåtna vikter.",
    "plan_regret": "Ånger över scenarier", "best_in": "Bäst i", "possible": "Möjlig i", "largest_regret": "Störst",
    "mean_regret": "Medel", "worst_scenario": "Värst i",
    "plan_regret_means": "En plan är de projekt som finansieras i ett scenario. Den hålls fast, pengarna fördelas om i "
    "varje scenario. Ånger: poäng som scenariots bästa plan är värd därutöver. Bäst i: antal av {planned} scenarier "
    "med just de projekten ({distinct} olika planer finns). Räknat över {looked} scenarier.",
    "least_plan": "Bäst skyddad är planen från {plan}.",
    "notes": {
        "unfinished": "{run} är inte färdig: {finished} av {size} scenarier finns.",
        "other_model": "{run} bygger på en annan modell än {first}: skillnader kan bero på modellen.",
        "other_rules": "{run} är räknad med en annan version av reglerna än {first}.",
        "reference_without_plan": "{scenario} har ingen plan ({status}): skillnader kan inte visas.",
        "other_points": "Scenarier som räknar poäng på ett annat sätt (vikter, mål eller nytta ändras): {count}. Deras "
        "värde kan inte jämföras rakt av.",
    },
}  # fmt: skip
EN: dict[str, Any] = {
    "head": "{planned} of {count} scenarios have a plan. Compared with: {reference}.",
    "statuses": {
        "infeasible": "infeasible", "invalid": "invalid", "time_limit": "out of time", "error": "not proven",
        "crashed": "crashed",
    },
    "baseline": "baseline",
    "figures": "Key figures", "difference": "Difference", "scenarios": "Scenarios", "number": "No.",
    "scenario": "Scenario",
    "figure_names": {
        "value": "Value, points", "funded": "Funded, SEK", "cofinancing": "Co-financing rate",
        "leverage": "Leverage", "largest_fund_share": "Largest fund's share",
        "herfindahl_funds": "Herfindahl, funds", "herfindahl_areas": "Herfindahl, areas",
        "hoover": "Hoover, municipalities", "projects_funded": "Projects in full",
        "projects_partly": "Projects in part", "projects_not": "Projects not", "unused": "Unused, SEK",
    },
    "short_names": {
        "value": "Value", "funded": "Funded", "cofinancing": "Co-fin.", "leverage": "Lever.",
        "largest_fund_share": "Largest", "herfindahl_funds": "H funds", "herfindahl_areas": "H areas",
        "hoover": "Hoover", "projects_funded": "Full", "projects_partly": "Part", "projects_not": "Not",
        "unused": "Unused",
    },
    "short_means": "Largest: the largest fund's share. H: Herfindahl index, 1 where one has all. Hoover: share of the "
    "money that would have to move for as much per inhabitant. Full, Part, Not: number of projects. Unused: money.",
    "differences": "Difference from {reference}",
    "quantiles": {
        "least": "Least", "tenth": "10%", "median": "Median", "nine_tenths": "90%", "largest": "Largest",
    },
    "spread_means": "10%: a tenth of the scenarios lie below. 90%: a tenth lie above.",
    "lowest": "Lowest value", "highest": "Highest value",
    "without": "Without a plan", "and_more": "… and {count} more.",
    "moved_projects": "What moves: projects", "moved_funds": "What moves: funds",
    "before": "Before, SEK", "after": "After, SEK", "change": "Change, SEK", "unmoved": "{count} are unchanged.",
    "nothing_moved": "Nothing moves.", "sum": "Sum",
    "core": "Robust core", "in_full": "In full", "at_all": "At all", "share_of": "Share",
    "groups": {
        "always": "Always", "depends": "It depends", "never": "Never",
    },
    "core_means": "In full, At all: in this share of the {planned} scenarios with a plan the project is funded in "
    "full, or at all. Always: in full in at least {least}. Never: at all in at most {most}.",
    "core_counts": "Always: {always} projects, SEK {always_kr} in {reference}. It depends: {depends}. Never: {never}.",
    "core_counts_only": "Always: {always} projects. It depends: {depends}. Never: {never}.",
    "shares": "The projects' share by scenario",
    "drivers": "What matters most: {file}", "input": "Uncertainty", "result": "Result",
    "correlation": "Rank correlation", "value": "Value", "funded": "Funded",
    "drivers_means": "Spearman's rank correlation, −1 to 1, over {scenarios} scenarios and {inputs} uncertainties. "
    "Below {chance} it may be chance.",
    "drivers_none": "None of {inputs} uncertainties shows more than chance would.",
    "columns": {
        ("costs", "amount"): "Cost", ("areas", "weight"): "Weight", ("budgets", "amount"): "Budget",
        ("contributions", "benefit"): "Benefit", ("funds", "max_rate"): "Rate", ("areas", "target"): "Target",
    },
    "all_rows": "all",
    "corner": "best plan of corner {number}", "middle": "best plan at the mean weights", "plan": "Plan",
    "regret": "Regret, points", "regret_share": "Share", "regret_at_most": "Proven at most",
    "weight_regret": "Regret over weights", "area": "Area", "model_weight": "Model's weight",
    "worst_weights": "Worst weights for {plan}", "worst_weight": "Worst weight",
    "stated": "Statements: {statements}.",
    "proven": "Regret: what the plan loses at most to the best plan, whatever weights the statements allow. It is "
    "largest at one of {corners} corners, all of which are solved: a proof, not a sample.",
    "bounded": "Regret: what the plan loses at most to the best plan, whatever weights the statements allow. It is "
    "largest at one of {corners} corners, all of which are solved; with either–or choices the bound is the solver's, "
    "not proven exactly.",
    "least_weights": "Least regret has {plan}: at most {regret} points.",
    "would_move": "What would have been better then: {best}", "same_plan": "The plan is best at all weights allowed.",
    "plan_regret": "Regret over scenarios", "best_in": "Best in", "possible": "Possible in",
    "largest_regret": "Largest", "mean_regret": "Mean", "worst_scenario": "Worst in",
    "plan_regret_means": "A plan is the projects that are funded in a scenario. It is held fixed, its financing is "
    "made anew in each scenario. Regret: points that the scenario's best plan is worth beyond it. Best in: how many of "
    "{planned} scenarios have just these projects (there are {distinct} different plans). Counted over {looked} "
    "scenarios.",
    "least_plan": "Best guarded is the plan of {plan}.",
    "notes": {
        "unfinished": "{run} is not finished: {finished} of {size} scenarios are there.",
        "other_model": "{run} rests on another model than {first}: differences may come from the model.",
        "other_rules": "{run} was made by another version of the rules than {first}.",
        "reference_without_plan": "{scenario} has no plan ({status}): differences cannot be shown.",
        "other_points": "Scenarios that count points in another way (weights, targets or benefits change): {count}. "
        "Their values cannot be compared as they are.",
    },
}  # fmt: skip
TEXTS = {"sv": SV, "en": EN}
