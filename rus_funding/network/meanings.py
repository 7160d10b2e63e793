"""What each table of `indicators` says, in one line, and what its columns are called: Swedish, then English."""

from __future__ import annotations

TABLES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "overview": (
        ("Nätverket i korthet", "The network in brief"),
        (
            "Hur samarbetet ser ut i dag och med de projekt som finansieras.",
            "How actors work together today, and with the projects that are funded.",
        ),
    ),
    "bridges": (
        ("Vem binder ihop", "Who bridges"),
        (
            "Den som många vägar mellan andra går genom binder ihop nätverket; försvinner den tappar andra kontakten.",
            "Whoever many ways between others pass holds the network together; if it leaves, others lose touch.",
        ),
    ),
    "left_out_actors": (
        ("Aktörer utanför", "Actors left out"),
        (
            "Aktörer som strategin främst vänder sig till men som inte är med i något finansierat projekt.",
            "Actors that the strategy addresses first but that take part in no funded project.",
        ),
    ),
    "left_out_municipalities": (
        ("Kommuner och deras partner", "Municipalities and their partners"),
        (
            "Hur många aktörer på annat håll kommunens aktörer möter i finansierade projekt; ingen: den står utanför.",
            "How many actors from elsewhere its actors meet in funded projects; none: it is left out.",
        ),
    ),
    "groups": (
        ("Grupper", "Groups"),
        (
            "Aktörer som arbetar mer med varandra än med övriga.",
            "Actors who work more with each other than with the others.",
        ),
    ),
    "crossing": (
        ("Över gränser", "Across borders"),
        (
            "Hur stor del av samarbetena som går över en kommungräns eller förenar olika slags aktörer.",
            "How large a share of the ties crosses a municipal border or joins different kinds of actors.",
        ),
    ),
    "mixing": (
        ("Slag av aktörer som möts", "Kinds of actors that meet"),
        (
            "Antal samarbeten mellan varje par av aktörstyper i dag, efteråt och nya.",
            "Number of ties between each two types of actors: today, after, and new.",
        ),
    ),
    "contributions": (
        ("Vad varje projekt tillför", "What each project adds"),
        (
            "Nya samarbeten genom projektet, och hur många aktörer det för närmare varandra än i dag.",
            "New ties through the project, and how many pairs of actors it brings closer than today.",
        ),
    ),
    "loss_of_actor": (
        ("Om en aktör försvinner", "If an actor is lost"),
        (
            "Samarbeten som bryts, hur många som ännu hänger ihop, och kronorna i de projekt aktören är med i.",
            "Ties that break, how many still hang together, and the kronor in the projects the actor takes part in.",
        ),
    ),
    "loss_of_fund": (
        ("Om en fond försvinner", "If a fund is lost"),
        (
            "Följden om varje projekt som fonden betalar till faller bort och inget annat flyttas.",
            "What follows if every project that the fund pays falls away and nothing else is moved.",
        ),
    ),
    "prices": (
        ("Vad nya samarbeten kostar", "What new ties cost"),
        (
            "Poäng i övrigt som avstås för varje nytt samarbete när samverkan ges större vikt.",
            "Other points given up for each new tie as collaboration is given more weight.",
        ),
    ),
}

COLUMNS: dict[str, tuple[str, str]] = {
    "measure": ("mått", "measure"),
    "before": ("i dag", "today"),
    "after": ("efter", "after"),
    "change": ("ändring", "change"),
    "actor": ("aktör", "actor"),
    "name": ("namn", "name"),
    "type": ("typ", "type"),
    "target_group": ("målgrupp", "target group"),
    "other_type": ("annan typ", "other type"),
    "partners": ("partner", "partners"),
    "betweenness": ("andel av andras kortaste vägar", "share of others' shortest ways"),
    "betweenness_error": ("osäkerhet (±, urval)", "uncertainty (±, sampled)"),
    "betweenness_before": ("andel i dag", "share today"),
    "constraint": ("bundenhet (Burt; låg = binder ihop skilda)", "constraint (Burt; low = joins strangers)"),
    "splits": ("delar nätverket", "splits the network"),
    "cut_off": ("tappar kontakten utan den", "cut off without it"),
    "municipality": ("kommun", "municipality"),
    "applications": ("projekt i underlaget", "projects applied for"),
    "partners_today": ("partner i dag", "partners today"),
    "population": ("folkmängd", "population"),
    "actors": ("aktörer", "actors"),
    "projects": ("finansierade projekt", "funded projects"),
    "partners_elsewhere": ("partner på annat håll", "partners elsewhere"),
    "municipalities_met": ("andra kommuner de sitter i", "other municipalities they sit in"),
    "left_out": ("utanför", "left out"),
    "group": ("grupp", "group"),
    "size": ("antal", "size"),
    "centre": ("flest partner", "most partners"),
    "municipalities": ("kommuner", "municipalities"),
    "types": ("aktörstyper", "types"),
    "ties_inside": ("samarbeten inom", "ties inside"),
    "ties_out": ("samarbeten utåt", "ties outwards"),
    "members": ("medlemmar", "members"),
    "border": ("gräns", "border"),
    "scope": ("läge", "scope"),
    "ties": ("samarbeten", "ties"),
    "crossing": ("över gränsen", "crossing"),
    "share": ("andel", "share"),
    "new": ("nya", "new"),
    "project": ("projekt", "project"),
    "funded": ("finansieras", "funded"),
    "new_ties": ("nya samarbeten", "new ties"),
    "worth": ("samarbetsvärde Σ 1/(1+w)", "worth of ties Σ 1/(1+w)"),
    "only_here": ("nya bara genom projektet", "new through this project alone"),
    "closer": ("par som kommer närmare", "pairs brought closer"),
    "joined": ("varav utan väg i dag", "of them with no way today"),
    "estimated": ("skattat", "estimated"),
    "ties_lost": ("samarbeten som bryts", "ties lost"),
    "new_ties_lost": ("varav nya", "of them new"),
    "largest_before": ("hänger ihop nu", "hang together now"),
    "largest_after": ("hänger ihop sedan", "hang together then"),
    "parts": ("delar", "parts"),
    "kronor": ("kronor", "kronor"),
    "leads": ("projekt den leder", "projects it leads"),
    "kronor_led": ("kronor den leder", "kronor it leads"),
    "fund": ("fond", "fund"),
    "kronor_touched": ("kronor i berörda projekt", "kronor in the projects touched"),
    "weight": ("vikt för samverkan", "weight of collaboration"),
    "points": ("övriga poäng", "other points"),
    "points_given_up": ("poäng som avstås", "points given up"),
    "points_per_new_tie": ("poäng per nytt samarbete", "points per new tie"),
}

VALUES: dict[str, tuple[str, str]] = {
    "before": ("i dag", "today"),
    "after": ("efter", "after"),
    "new": ("nya", "new"),
    "municipality": ("kommun", "municipality"),
    "type": ("aktörstyp", "type of actor"),
    "actors": ("aktörer", "actors"),
    "ties": ("samarbeten", "ties"),
    "new_ties": ("nya samarbeten", "new ties"),
    "alone": ("aktörer utan samarbete", "actors alone"),
    "components": ("skilda delar", "separate parts"),
    "largest": ("aktörer i den största delen", "actors in the largest part"),
    "reachable": ("andel par med väg till varandra", "share of pairs with a way to each other"),
    "steps": ("steg mellan två i snitt", "steps between two, on average"),
}
"""The words for the values of the columns `measure`, `scope` and `border`."""


def title(table: str, lang: str) -> str:
    """What the table is called."""
    return TABLES[table][0][lang != "sv"]


def meaning(table: str, lang: str) -> str:
    """What the table says, in one line."""
    return TABLES[table][1][lang != "sv"]


def heading(column: str, lang: str) -> str:
    """What the column is called."""
    return COLUMNS[column][lang != "sv"]


def value(column: str, code: str, lang: str) -> str:
    """A value as a reader says it; codes of other columns stay as they are."""
    return VALUES[code][lang != "sv"] if column in {"measure", "scope", "border"} else code
