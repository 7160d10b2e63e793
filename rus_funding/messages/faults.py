"""Errors: what is wrong and what to do, in English, then in Swedish. Nothing is solved until they are mended."""

FAULTS: dict[str, tuple[str, str, str, str]] = {
    # --- structure ---
    "table_empty": (
        "The table {table} has no rows.",
        "Fill in at least one row; required columns: {columns:list}.",
        "Tabellen {table} har inga rader.",
        "Fyll i minst en rad; obligatoriska kolumner: {columns:list}.",
    ),
    "duplicate_key": (
        "{key} stands in row {earlier} already; {columns:list} may stand together only once.",
        "Remove one of the rows, or join them into one.",
        "{key} finns redan på rad {earlier}; {columns:list} får förekomma tillsammans bara en gång.",
        "Ta bort en av raderna, eller slå ihop dem till en.",
    ),
    "unknown_value": (
        "There is no {unknown} in {where}.",
        "Write one that exists, or add it to {where}.",
        "{unknown} finns inte i {where}.",
        "Skriv något som finns, eller lägg till det i {where}.",
    ),
    "unknown_value_near": (
        "There is no {unknown} in {where}.",
        "Did you mean {near}? Otherwise add it to {where}.",
        "{unknown} finns inte i {where}.",
        "Menas {near}? Lägg annars till det i {where}.",
    ),
    "choice_unknown": (
        "This is not one of the choices.",
        "Write one of: {choices:list}.",
        "Detta är inte ett av valen.",
        "Skriv något av: {choices:list}.",
    ),
    "not_finite": (
        "This is not a finite number.",
        "Write an ordinary number.",
        "Detta är inte ett ändligt tal.",
        "Skriv ett vanligt tal.",
    ),
    "number_negative": (
        "The number is negative.",
        "Write 0 or more.",
        "Talet är negativt.",
        "Skriv 0 eller mer.",
    ),
    "number_too_large": (
        "The number is above {limit}.",
        "Write it in kronor, or check the digits.",
        "Talet är större än {limit}.",
        "Skriv det i kronor, eller kontrollera siffrorna.",
    ),
    "number_too_small": (
        "The number is too small to mean anything.",
        "Write 0, or the number meant.",
        "Talet är för litet för att betyda något.",
        "Skriv 0, eller det tal som menas.",
    ),
    "share_above_one": (
        "A share of {percent:share} is above 1.",
        "Write a share between 0 and 1, such as 0.5 or 50 %.",
        "Andelen {percent:share} är större än 1.",
        "Skriv en andel mellan 0 och 1, till exempel 0,5 eller 50 %.",
    ),
    "years_order": (
        "The model's years {years:list} are none, not in order, or one stands twice.",
        "Write each year once, in order: years = [2026, 2027, 2028].",
        "Modellens år {years:list} saknas, står inte i ordning eller upprepas.",
        "Skriv varje år en gång, i ordning: years = [2026, 2027, 2028].",
    ),
    "year_outside": (
        "The year is not one of the model's years ({years:list}).",
        "Correct the year, remove the row, or add the year to `years` in model.toml.",
        "Året är inte ett av modellens år ({years:list}).",
        "Rätta året, ta bort raden, eller lägg till året i `years` i model.toml.",
    ),
    # --- flat rates ---
    "flat_rate_without_base": (
        "The flat rate of {category} has nothing to be a share of.",
        "Name its base categories in flat_rate_base, or leave flat_rate blank.",
        "Schablonen {category} har inget att vara en andel av.",
        "Ange grundkostnadsslagen i flat_rate_base, eller lämna flat_rate tom.",
    ),
    "flat_base_without_rate": (
        "Category {category} has a flat-rate base but no rate.",
        "Write the rate in flat_rate (such as 0.2), or leave flat_rate_base blank.",
        "Kostnadsslaget {category} har grundkostnadsslag men ingen sats.",
        "Skriv satsen i flat_rate (till exempel 0,2), eller lämna flat_rate_base tom.",
    ),
    "flat_rate_on_itself": (
        "The flat rate of {category} rests on {category} itself.",
        "Remove {category} from its own flat_rate_base.",
        "Schablonen {category} räknas på sig själv.",
        "Ta bort {category} ur sin egen flat_rate_base.",
    ),
    "flat_rate_circle": (
        "The flat rates of {circle:list} rest on each other in a circle.",
        "Let at least one of them rest on entered costs only.",
        "Schablonerna {circle:list} räknas på varandra i en cirkel.",
        "Låt minst en av dem räknas enbart på inmatade kostnader.",
    ),
    "flat_base_twice": (
        "A base category of {category} is named twice.",
        "Name each base category once.",
        "Ett grundkostnadsslag för {category} anges två gånger.",
        "Ange varje grundkostnadsslag en gång.",
    ),
    "flat_base_form": (
        "The flat rate of {category} is {form}, but its base {base} is {other}.",
        "Give both the same form, or take {base} out of the base.",
        "Schablonen {category} har formen {form}, men dess grund {base} har {other}.",
        "Ge båda samma form, eller ta bort {base} ur grunden.",
    ),
    "flat_cost_entered": (
        "{category} is a flat rate: its cost for project {project} is computed, never entered.",
        "Remove the row, or make {category} an ordinary category (flat_rate and flat_rate_base blank).",
        "{category} är en schablon: kostnaden för projekt {project} räknas fram och matas aldrig in.",
        "Ta bort raden, eller gör {category} till ett vanligt kostnadsslag (flat_rate och flat_rate_base tomma).",
    ),
    # --- shares ---
    "contributions_sum": (
        "The area shares of project {project} sum to {total:share}, not to 1.",
        "Change the shares in rows {rows:list} so that they sum to 1.",
        "Områdesandelarna för projekt {project} summerar till {total:share}, inte till 1.",
        "Ändra andelarna på rad {rows:list} så att de summerar till 1.",
    ),
    "project_without_contributions": (
        "Project {project} counts to no area: it has no rows in contributions.",
        "Add its areas to contributions, with shares that sum to 1.",
        "Projekt {project} räknas inte till något område: det saknar rader i contributions.",
        "Lägg in dess områden i contributions, med andelar som summerar till 1.",
    ),
    "reach_sum": (
        "The municipality shares of project {project} sum to {total:share}, more than 1.",
        "Lower the shares in rows {rows:list} to a sum of 1 at most.",
        "Kommunandelarna för projekt {project} summerar till {total:share}, mer än 1.",
        "Sänk andelarna på rad {rows:list} till högst summan 1.",
    ),
    "area_floor_above_cap": (
        "The floor of area {area} ({floor:share}) lies above its cap ({cap:share}).",
        "Lower floor_share or raise cap_share.",
        "Golvet för område {area} ({floor:share}) ligger över dess tak ({cap:share}).",
        "Sänk floor_share eller höj cap_share.",
    ),
    "area_floors_sum": (
        "The floors of the areas sum to {total:share}, more than 1: no plan can keep them.",
        "Lower the floors (floor_share) to a sum of 1 at most.",
        "Områdenas golv summerar till {total:share}, mer än 1: ingen plan kan hålla dem.",
        "Sänk golven (floor_share) till högst summan 1.",
    ),
    "area_caps_sum": (
        "The caps of all areas sum to {total:share}, less than 1: nothing could be funded.",
        "Raise the caps (cap_share) to a sum of at least 1.",
        "Alla områdens tak summerar till {total:share}, mindre än 1: inget skulle kunna finansieras.",
        "Höj taken (cap_share) till minst summan 1.",
    ),
    "fund_shares_sum": (
        "The largest shares (max_share) of all funds sum to {total:share}, less than 1: nothing could be funded.",
        "Raise max_share of some funds to a sum of at least 1.",
        (
            "Alla källors största andelar (max_share) summerar till {total:share}, mindre än 1: inget skulle "
            "kunna finansieras."
        ),
        "Höj max_share för några källor till minst summan 1.",
    ),
    "limit_min_above_max": (
        "Limit {limit} asks for at least {low:share} and at most {high:share}.",
        "Lower min_rate or raise max_rate.",
        "Gruppsats {limit} kräver minst {low:share} och högst {high:share}.",
        "Sänk min_rate eller höj max_rate.",
    ),
    "limits_clash": (
        (
            "Limits {limits:list} on {by} {group} together ask for at least {low:share} and at most {high:share} "
            "of project {project} ({projects} projects in all)."
        ),
        "Change the rates so that the least lies below the largest.",
        (
            "Gruppsatserna {limits:list} för {by} {group} kräver tillsammans minst {low:share} och högst "
            "{high:share} av projekt {project} ({projects} projekt i allt)."
        ),
        "Ändra satserna så att den minsta ligger under den största.",
    ),
    "limits_sum": (
        (
            "The least shares by {by} sum to {total:share} for project {project} ({groups:list}; {projects} "
            "projects in all), more than 1."
        ),
        "Lower min_rate of some of these limits to a sum of 1 at most.",
        (
            "Minsta andelarna per {by} summerar till {total:share} för projekt {project} ({groups:list}; "
            "{projects} projekt i allt), mer än 1."
        ),
        "Sänk min_rate för några av gruppsatserna till högst summan 1.",
    ),
    # --- required and held projects, dependencies, links, participation ---
    "required_unknown": (
        "There is no project {project} to require.",
        "Correct the id in `require`.",
        "Det finns inget projekt {project} att kräva.",
        "Rätta id:t i `require`.",
    ),
    "excluded_unknown": (
        "There is no project {project} to exclude.",
        "Correct the id in `exclude`.",
        "Det finns inget projekt {project} att utesluta.",
        "Rätta id:t i `exclude`.",
    ),
    "required_and_excluded": (
        "Project {project} is both required and excluded.",
        "Keep it in one of `require` and `exclude`.",
        "Projekt {project} är både krävt och uteslutet.",
        "Behåll det i antingen `require` eller `exclude`.",
    ),
    "held_ordinary": (
        "Project {project} is required, but it is ordinary operations and never funded.",
        "Take it out of `require`, or change its status.",
        "Projekt {project} krävs, men är ordinarie verksamhet och finansieras aldrig.",
        "Ta bort det ur `require`, eller ändra dess status.",
    ),
    "held_excluded": (
        "Project {project} is committed but excluded.",
        "Take it out of `exclude`, or change its status to candidate.",
        "Projekt {project} är beslutat (committed) men uteslutet.",
        "Ta bort det ur `exclude`, eller ändra dess status till candidate.",
    ),
    "held_partners": (
        "Project {project} is {why} but has too few actors: {partners}, and min_partners is {least}.",
        "Add its partners to participations, or change its status or the policy.",
        "Projekt {project} ska finansieras ({why}) men har för få aktörer: {partners}, och min_partners är {least}.",
        "Lägg in dess parter i participations, eller ändra dess status eller policyn.",
    ),
    "needed_impossible": (
        "Project {project} can never be funded, but {by}, which must be, requires it.",
        "Change the status of one of them, or remove the dependency.",
        "Projekt {project} kan aldrig finansieras, men {by}, som ska finansieras, kräver det.",
        "Ändra status för ett av dem, eller ta bort beroendet.",
    ),
    "held_exclude": (
        "Projects {project} and {other} exclude each other, but both must be funded.",
        "Change the status of one of them, or remove the dependency.",
        "Projekten {project} och {other} utesluter varandra, men båda ska finansieras.",
        "Ändra status för ett av dem, eller ta bort beroendet.",
    ),
    "dependency_on_itself": (
        "Project {project} depends on itself.",
        "Name another project, or remove the row.",
        "Projekt {project} beror på sig självt.",
        "Ange ett annat projekt, eller ta bort raden.",
    ),
    "dependency_contradiction": (
        "Projects {project} and {other} both require and exclude each other (see row {earlier}).",
        "Keep one of the two rows.",
        "Projekten {project} och {other} både kräver och utesluter varandra (se rad {earlier}).",
        "Behåll en av de två raderna.",
    ),
    "link_to_itself": (
        "Actor {actor} is linked with itself.",
        "Name another actor, or remove the row.",
        "Aktör {actor} är länkad till sig själv.",
        "Ange en annan aktör, eller ta bort raden.",
    ),
    "link_twice": (
        "The pair {actor} and {other} stands in row {earlier} already; a tie has no direction.",
        "Keep one of the rows.",
        "Paret {actor} och {other} finns redan på rad {earlier}; en länk har ingen riktning.",
        "Behåll en av raderna.",
    ),
    "participation_impossible": (
        "Actor {actor} must take part in {least} projects, but {projects} that may be funded have it.",
        "Lower min_projects, or add the actor to more projects in participations.",
        "Aktör {actor} ska delta i {least} projekt, men finns i {projects} som får finansieras.",
        "Sänk min_projects, eller lägg in aktören i fler projekt i participations.",
    ),
    # --- commitments ---
    "commitment_ordinary": (
        "{amount:kr} from {fund} in {year} is committed to {project}, which is ordinary operations and never funded.",
        "Remove the commitment, or change the project's status.",
        (
            "{amount:kr} från {fund} år {year} är bundna till {project}, som är ordinarie verksamhet och aldrig "
            "finansieras."
        ),
        "Ta bort åtagandet, eller ändra projektets status.",
    ),
    "commitment_excluded": (
        "{amount:kr} from {fund} in {year} is committed to {project}, which is excluded.",
        "Remove the commitment, or take the project out of `exclude`.",
        "{amount:kr} från {fund} år {year} är bundna till {project}, som är uteslutet.",
        "Ta bort åtagandet, eller ta bort projektet ur `exclude`.",
    ),
    "commitment_partners": (
        "{amount:kr} from {fund} in {year} is committed to {project}, which has too few partners to be funded.",
        "Add its partners to participations, lower min_partners, or remove the commitment.",
        "{amount:kr} från {fund} år {year} är bundna till {project}, som har för få parter för att finansieras.",
        "Lägg in dess parter i participations, sänk min_partners, eller ta bort åtagandet.",
    ),
    "commitment_ineligible": (
        "{amount:kr} from {fund} in {year} is committed to {project}, which the fund may not pay for.",
        "Correct the commitment, or the fund's rows in eligibility.",
        "{amount:kr} från {fund} år {year} är bundna till {project}, som källan inte får betala för.",
        "Rätta åtagandet, eller källans rader i eligibility.",
    ),
    "commitment_contradiction": (
        "{fund} has decided at least {decided:kr} to {project} in {year}, but paid exactly {paid:kr}.",
        "Remove the decided row of a year that is paid, or correct the amounts.",
        "{fund} har beslutat minst {decided:kr} till {project} år {year}, men betalat exakt {paid:kr}.",
        "Ta bort beslutsraden för ett år som är betalt, eller rätta beloppen.",
    ),
    "commitment_above_rate": (
        "{amount:kr} from {fund} to {project} in {year} is more than the fund may pay of that year's costs: {most:kr}.",
        "Lower the commitment, or correct the costs or the fund's rate.",
        "{amount:kr} från {fund} till {project} år {year} är mer än källan får betala av årets kostnader: {most:kr}.",
        "Sänk åtagandet, eller rätta kostnaderna eller källans sats.",
    ),
    "commitments_above_cost": (
        "{funds:list} have committed {amount:kr} to {project} in {year}, but it costs {most:kr} that year.",
        "Lower the commitments, or correct the costs.",
        "{funds:list} har bundit {amount:kr} till {project} år {year}, men det kostar {most:kr} det året.",
        "Sänk åtagandena, eller rätta kostnaderna.",
    ),
    "commitments_above_cap": (
        "{fund} has committed {amount:kr} to {project} over {years:list}, but may pay it {most:kr} in all.",
        "Lower the commitments, or raise max_per_project or the rate.",
        "{fund} har bundit {amount:kr} till {project} över {years:list}, men får betala det högst {most:kr} i allt.",
        "Sänk åtagandena, eller höj max_per_project eller satsen.",
    ),
    "commitments_above_budget": (
        "{fund} has committed {amount:kr} for {year}, but has {available:kr} to pay with: {short:kr} too little.",
        "Raise its budget for {year} by {short:kr}, or lower the commitments.",
        "{fund} har bundit {amount:kr} för {year}, men har {available:kr} att betala med: {short:kr} för lite.",
        "Höj budgeten för {year} med {short:kr}, eller sänk åtagandena.",
    ),
    "commitments_above_authorisation": (
        (
            "{fund} has committed {amount:kr} for the years after {year}, but may bind {available:kr}: {short:kr} "
            "too little."
        ),
        "Raise the authorisation by {short:kr}, or lower the commitments.",
        "{fund} har bundit {amount:kr} för åren efter {year}, men får binda {available:kr}: {short:kr} för lite.",
        "Höj bemyndigandet med {short:kr}, eller sänk åtagandena.",
    ),
    # --- policy and floors ---
    "policy_negative": (
        "{name} is {number}.",
        "Write 0 or more.",
        "{name} är {number}.",
        "Skriv 0 eller mer.",
    ),
    "policy_share": (
        "{name} is {number}, outside 0 to 1.",
        "Write a share between 0 and 1.",
        "{name} är {number}, utanför 0 till 1.",
        "Skriv en andel mellan 0 och 1.",
    ),
    "objective_twice": (
        "The objective {name} stands twice.",
        "Name each objective once, in order of importance.",
        "Målet {name} står två gånger.",
        "Ange varje mål en gång, i viktighetsordning.",
    ),
    "municipalities_missing": (
        "The model file asks for {wanted}, but there are no municipalities.",
        "Fill in municipalities and reach, or remove {wanted}.",
        "Modellfilen anger {wanted}, men det finns inga kommuner.",
        "Fyll i municipalities och reach, eller ta bort {wanted}.",
    ),
    "population_zero": (
        "The model file asks for {wanted}, but the municipalities have no inhabitants.",
        "Fill in population.",
        "Modellfilen anger {wanted}, men kommunerna har inga invånare.",
        "Fyll i population.",
    ),
    "reach_missing": (
        "The model file asks for {wanted}, but no project reaches a municipality.",
        "Fill in reach, or remove {wanted}.",
        "Modellfilen anger {wanted}, men inget projekt når någon kommun.",
        "Fyll i reach, eller ta bort {wanted}.",
    ),
    "municipality_unreachable": (
        (
            "No project that can be funded reaches {municipalities:list}: the municipality floor would force 0 kr "
            "everywhere."
        ),
        "Let a project reach them, or set municipality_floor to 0.",
        "Inget projekt som kan finansieras når {municipalities:list}: kommungolvet skulle tvinga fram 0 kr överallt.",
        "Låt något projekt nå dem, eller sätt municipality_floor till 0.",
    ),
    "area_floor_unreachable": (
        (
            "Area {area} has a floor of {floor:share}, but no project that can be funded counts to it: the floor "
            "would force 0 kr everywhere."
        ),
        "Set floor_share to 0, or let a project that can be funded count to the area.",
        (
            "Område {area} har golvet {floor:share}, men inget projekt som kan finansieras räknas dit: golvet "
            "skulle tvinga fram 0 kr överallt."
        ),
        "Sätt floor_share till 0, eller låt ett projekt som kan finansieras räknas till området.",
    ),
}
