"""Warnings: what can be solved but deserves a look, in English, then in Swedish."""

ADVICE: dict[str, tuple[str, str, str, str]] = {
    # --- financing ---
    "costs_unpayable": (
        "No fund may pay {categories:list} of project {project} ({amount:kr}), so it cannot be funded at all.",
        "Let a fund pay these costs (form, eligibility), or remove them.",
        "Ingen källa får betala {categories:list} i projekt {project} ({amount:kr}), så det kan inte finansieras alls.",
        "Låt en källa betala kostnaderna (form, eligibility), eller ta bort dem.",
    ),
    "project_short_years": (
        "No combination of funds can finance project {project} ({cost:kr}) in full; lacking at least {years:years}.",
        "Add a financier or raise a rate, a cap or a budget; as it is, the project can be funded partly at most.",
        (
            "Ingen kombination av källor kan finansiera projekt {project} ({cost:kr}) helt; det saknas minst "
            "{years:years}."
        ),
        (
            "Lägg till en finansiär eller höj en sats, ett tak eller en budget; nu kan projektet på sin höjd "
            "finansieras delvis."
        ),
    ),
    "project_short": (
        (
            "No combination of funds can finance project {project} ({cost:kr}) in full; lacking at least "
            "{amount:kr} over the whole period."
        ),
        "Add a financier or raise a rate, a cap or a budget; as it is, the project can be funded partly at most.",
        (
            "Ingen kombination av källor kan finansiera projekt {project} ({cost:kr}) helt; det saknas minst "
            "{amount:kr} över hela perioden."
        ),
        (
            "Lägg till en finansiär eller höj en sats, ett tak eller en budget; nu kan projektet på sin höjd "
            "finansieras delvis."
        ),
    ),
    "limit_short": (
        (
            "Limit {limit} asks for {share:share} of project {project}, but its funds can pay {most:kr} of it at "
            "most: {amount:kr} too little to fund it in full."
        ),
        "Lower min_rate, or let funds of that kind pay more.",
        (
            "Gruppsats {limit} kräver {share:share} av projekt {project}, men dess källor kan betala högst "
            "{most:kr}: {amount:kr} för lite för att finansiera det helt."
        ),
        "Sänk min_rate, eller låt källor av det slaget betala mer.",
    ),
    "cap_never_binds": (
        "Fund {fund} pays at most {cap:kr} to a project, but can pay {most:kr} at most anyway.",
        "Check the cap; leave max_per_project blank if there is none.",
        "Källan {fund} betalar högst {cap:kr} till ett projekt, men kan ändå betala högst {most:kr}.",
        "Kontrollera taket; lämna max_per_project tom om det inte finns något.",
    ),
    # --- things without use ---
    "fund_without_money": (
        "Fund {fund} has no money in any year.",
        "Add its amounts to budgets, or remove the fund.",
        "Källan {fund} har inga medel något år.",
        "Lägg in belopp i budgets, eller ta bort källan.",
    ),
    "fund_pays_nothing": (
        "Fund {fund} has a rate, a share or a cap of 0: it can pay nothing.",
        "Check max_rate, max_share and max_per_project.",
        "Källan {fund} har satsen, andelen eller taket 0: den kan inte betala något.",
        "Kontrollera max_rate, max_share och max_per_project.",
    ),
    "fund_without_projects": (
        "Fund {fund} has money but no project that it may pay.",
        "Check its rows in eligibility and its form.",
        "Källan {fund} har medel men inget projekt den får betala.",
        "Kontrollera dess rader i eligibility och dess form.",
    ),
    "usable_shares_sum": (
        (
            "The largest shares (max_share) of the funds that can pay anything ({funds:list}) sum to "
            "{total:share}, less than 1: nothing can be funded."
        ),
        "Raise max_share, or give more funds money and projects.",
        (
            "Största andelarna (max_share) för de källor som kan betala något ({funds:list}) summerar till "
            "{total:share}, mindre än 1: inget kan finansieras."
        ),
        "Höj max_share, eller ge fler källor medel och projekt.",
    ),
    "reached_caps_sum": (
        (
            "The caps of the areas that projects can reach ({areas:list}) sum to {total:share}, less than 1: "
            "nothing can be funded."
        ),
        "Raise cap_share, or let projects count to more areas.",
        (
            "Taken för de områden som projekt kan nå ({areas:list}) summerar till {total:share}, mindre än 1: "
            "inget kan finansieras."
        ),
        "Höj cap_share, eller låt projekt räknas till fler områden.",
    ),
    "project_without_costs": (
        "Project {project} has no costs: it is carried out without money.",
        "Add its costs, or remove the project.",
        "Projekt {project} har inga kostnader: det genomförs utan medel.",
        "Lägg in kostnaderna, eller ta bort projektet.",
    ),
    "project_with_few_partners": (
        "Project {project} has too few actors to be funded: {partners}, and min_partners is {least}.",
        "Add its partners to participations, if they are missing there.",
        "Projekt {project} har för få aktörer för att finansieras: {partners}, och min_partners är {least}.",
        "Lägg in dess parter i participations, om de saknas där.",
    ),
    "area_without_projects": (
        "No project that can be funded counts to area {area}.",
        "Check contributions; the area gets nothing in any plan.",
        "Inget projekt som kan finansieras räknas till område {area}.",
        "Kontrollera contributions; området får inget i någon plan.",
    ),
    "actors_idle": (
        "{count} actors neither take part in a project nor finance a fund: {actors:list}.",
        "Add them to participations, or leave it so if that is meant.",
        "{count} aktörer varken deltar i ett projekt eller finansierar en källa: {actors:list}.",
        "Lägg in dem i participations, eller låt det vara om det är avsett.",
    ),
    "limit_without_funds": (
        "Limit {limit} speaks of a group that no fund belongs to.",
        "Check the value, or remove the limit.",
        "Gruppsats {limit} gäller en grupp som ingen källa hör till.",
        "Kontrollera värdet, eller ta bort gruppsatsen.",
    ),
    "limit_unmeetable": (
        "Limit {limit} asks for money from a group that no fund belongs to: no project it covers can be funded.",
        "Add a fund of that kind, or set min_rate to 0.",
        (
            "Gruppsats {limit} kräver medel från en grupp som ingen källa hör till: inget projekt som omfattas "
            "kan finansieras."
        ),
        "Lägg till en källa av det slaget, eller sätt min_rate till 0.",
    ),
    # --- figures ---
    "unverified": (
        "{count} of {rows} rows are marked as not verified.",
        "Check them against the source and set verified to yes; the report lists those a result rests on.",
        "{count} av {rows} rader är märkta som ej kontrollerade.",
        "Kontrollera dem mot källan och sätt verified till yes; rapporten räknar upp dem som ett resultat vilar på.",
    ),
    "amount_large": (
        "{amount:kr} is an unusually large amount.",
        "Check that it is written in kronor.",
        "{amount:kr} är ett ovanligt stort belopp.",
        "Kontrollera att det är skrivet i kronor.",
    ),
    "worth_spread": (
        (
            "A krona in {high} is worth {times:.0f} times one in {low}: the smaller worth may drown in the "
            "solver's tolerances."
        ),
        "Check the benefits and weights of these two projects.",
        "En krona i {high} är värd {times:.0f} gånger en i {low}: det mindre värdet kan drunkna i lösarens toleranser.",
        "Kontrollera poängen (benefit) och vikterna för de två projekten.",
    ),
    "money_above_costs": (
        "The budgets ({money:kr}) exceed all costs ({cost:kr}) by {over:kr}: at least that much is left unused.",
        "Check that all projects are entered; otherwise nothing needs to be done.",
        "Budgetarna ({money:kr}) överstiger alla kostnader ({cost:kr}) med {over:kr}: minst så mycket blir oförbrukat.",
        "Kontrollera att alla projekt är inlagda; annars behöver inget göras.",
    ),
}
