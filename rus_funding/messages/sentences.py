"""What the reader says of files and cells, in Swedish: English sentence → Swedish sentence.

``{x}`` stands for anything and is put in the same place of the Swedish sentence; ``{phrase}`` for one of `PHRASES`,
which is translated as well. An exact sentence goes before one with places.
"""

from __future__ import annotations

import re
from functools import cache

PHRASES = {
    "kronor": "kronor",
    "whole kronor": "hela kronor",
    "a whole number": "ett heltal",
    "a number": "ett tal",
    "a share": "en andel",
    "a share, e.g. 0.5 or 50 %": "en andel, till exempel 0,5 eller 50 %",
    "an id (a-z, 0-9, _ and -)": "ett id (a-z, 0-9, _ och -)",
    "ids separated by a space": "id:n åtskilda med mellanslag",
    "a year, e.g. 2026": "ett år, till exempel 2026",
    "yes or no": "yes eller no",
    "a text": "en text",
    "rows": "rader",
    "columns": "kolumner",
    "commas": "kommatecken",
    "semicolons": "semikolon",
    "tabs": "tabbar",
    "an OpenDocument file": "en OpenDocument-fil",
    "a zip file, not a workbook": "en zip-fil, ingen arbetsbok",
}

SENTENCES = {
    # --- cells ---
    "The cell is blank.": "Cellen är tom.",
    "Write {phrase}.": "Skriv {phrase}.",
    "Write one of: {x}.": "Skriv något av: {x}.",
    "Write {x}.": "Skriv {x}.",
    "Write {x}, in every table.": "Skriv {x}, i alla tabeller.",
    "Write {x} or {y} %.": "Skriv {x} eller {y} %.",
    "This is not {phrase}.": "Detta är inte {phrase}.",
    "This is not one of the choices.": "Detta är inte ett av valen.",
    "This is neither yes nor no.": "Detta är varken yes eller no.",
    "Write yes or no.": "Skriv yes eller no.",
    "This is not a year.": "Detta är inte ett årtal.",
    "Write four digits, e.g. 2026.": "Skriv fyra siffror, till exempel 2026.",
    "This is not a whole number.": "Detta är inte ett heltal.",
    "Write a whole number.": "Skriv ett heltal.",
    "This is not a finite number.": "Detta är inte ett ändligt tal.",
    "Write a number, or leave the cell blank.": "Skriv ett tal, eller lämna cellen tom.",
    "This is too long for a number.": "Detta är för långt för ett tal.",
    "Write digits only.": "Skriv bara siffror.",
    "Write digits, with at most one decimal comma or point.": "Skriv siffror, med högst ett decimalkomma.",
    "A point or comma may stand for thousands or decimals here.": (
        "En punkt eller ett komma kan här betyda tusental eller decimaler."
    ),
    "Write {x} if thousands are meant; else write the decimals with fewer or more than three digits.": (
        "Skriv {x} om tusental menas; skriv annars decimalerna med färre eller fler än tre siffror."
    ),
    "The amount has a unit other than kronor.": "Beloppet har en annan enhet än kronor.",
    "Write whole kronor, e.g. 1120000.": "Skriv hela kronor, till exempel 1120000.",
    "The number is too small to mean anything.": "Talet är för litet för att betyda något.",
    "Write 0, or the number meant.": "Skriv 0, eller det tal som menas.",
    "A share is 0 to 1.": "En andel är 0 till 1.",
    "Write 0 to 1, or 0 % to 100 %.": "Skriv 0 till 1, eller 0 % till 100 %.",
    "The number is in exponent form, which loses digits.": "Talet står i exponentform, som tappar siffror.",
    "Write all its digits.": "Skriv alla siffror.",
    "The amount is not whole kronor.": "Beloppet är inte hela kronor.",
    "Round it to kronor, e.g. with ROUND (AVRUNDA).": "Avrunda till kronor, till exempel med AVRUNDA.",
    "The number is negative.": "Talet är negativt.",
    "Write 0 or more.": "Skriv 0 eller mer.",
    "The number is above {x}.": "Talet är större än {x}.",
    "Write it in kronor, or check the digits.": "Skriv det i kronor, eller kontrollera siffrorna.",
    "The digits are not in groups of three.": "Siffrorna står inte i grupper om tre.",
    "Write the digits without spaces.": "Skriv siffrorna utan mellanslag.",
    "Per cent does not belong in this column.": "Procent hör inte hemma i denna kolumn.",
    "The spreadsheet could not compute this cell.": "Kalkylprogrammet kunde inte räkna ut cellen.",
    "Mend the formula.": "Rätta formeln.",
    "The spreadsheet's column was too narrow to show the number.": "Kolumnen var för smal för att visa talet.",
    "Widen the column and save again.": "Bredda kolumnen och spara igen.",
    "The formula has no computed value.": "Formeln har inget uträknat värde.",
    "Open and save it in Excel.": "Öppna filen och spara den i Excel.",
    "Letters such as å, ä, ö were destroyed when the file was opened or saved.": (
        "Bokstäver som å, ä, ö förstördes när filen öppnades eller sparades."
    ),
    "Save the original again as UTF-8 (CSV UTF-8 in Excel).": "Spara originalet igen som UTF-8 (CSV UTF-8 i Excel).",
    "The cell has an invisible control character.": "Cellen har ett osynligt styrtecken.",
    "Write the text again.": "Skriv om texten.",
    "An id has a-z, 0-9, _ and - only, and begins with a letter or digit.": (
        "Ett id har bara a-z, 0-9, _ och -, och börjar med en bokstav eller siffra."
    ),
    "Choose such an id.": "Välj ett sådant id.",
    "An id stands twice in the cell.": "Ett id står två gånger i cellen.",
    "Write each id once.": "Skriv varje id en gång.",
    "The text has {x} characters.": "Texten har {x} tecken.",
    "Shorten it to {x}.": "Korta den till {x}.",
    "The cell is true or false.": "Cellen är sant eller falskt.",
    "The cell is a date.": "Cellen är ett datum.",
    "Format it as a number and write {phrase}.": "Formatera den som tal och skriv {phrase}.",
    # --- tables ---
    "This looks like a row of totals; it would be counted once more.": (
        "Detta ser ut som en summarad; den skulle räknas en gång till."
    ),
    "Remove the row.": "Ta bort raden.",
    "A required column is missing.": "En obligatorisk kolumn saknas.",
    "Add the column {x}: {y}.": "Lägg till kolumnen {x}.",
    "The column stands twice.": "Kolumnen står två gånger.",
    "Remove or rename one of them.": "Ta bort eller döp om en av dem.",
    "The table {x} has no such column.": "Tabellen {x} har ingen sådan kolumn.",
    "Did you mean {x}?": "Menas {x}?",
    "Remove it; columns: {x}.": "Ta bort den; kolumner: {x}.",
    "The cell stands in a column without a name.": "Cellen står i en kolumn utan namn.",
    "Name the column, or remove the cell.": "Namnge kolumnen, eller ta bort cellen.",
    "{x} more problems of this kind are not listed.": "{x} problem till av detta slag räknas inte upp.",
    "Mend the cause; they are likely to have the same.": "Rätta orsaken; de har troligen samma.",
    "A required table is missing.": "En obligatorisk tabell saknas.",
    "Add it with the columns {x}.": "Lägg till den med kolumnerna {x}.",
    # --- the model file ---
    "The model's name and years are missing.": "Modellens namn och år saknas.",
    'Add it, with name = "…" and years = [2026, 2027].': 'Lägg till den, med name = "…" och years = [2026, 2027].',
    "The file is not TOML: {x}.": "Filen är inte TOML: {x}.",
    'Write lines such as name = "orebro" and years = [2026, 2027].': (
        'Skriv rader som name = "orebro" och years = [2026, 2027].'
    ),
    "The file is nested too deeply.": "Filen är nästlad för djupt.",
    "Remove the brackets.": "Ta bort klamrarna.",
    "Remove it; keys: {x}.": "Ta bort den; nycklar: {x}.",
    "There is no such key.": "Det finns ingen sådan nyckel.",
    "The key is missing or blank.": "Nyckeln saknas eller är tom.",
    "Add {x}.": "Lägg till {x}.",
    "This is not a single value.": "Detta är inte ett enda värde.",
    "Write {x} = … with one value.": "Skriv {x} = … med ett värde.",
    "The model's years are missing.": "Modellens år saknas.",
    "The years are not distinct and in order.": "Åren är inte olika och i ordning.",
    "This is not a section.": "Detta är inte ett avsnitt.",
    "Write [{x}] on a line of its own, its keys below.": "Skriv [{x}] på en egen rad, med nycklarna under.",
    "This is not a list.": "Detta är inte en lista.",
    'Write [[objective]] and below it name = "value".': 'Skriv [[objective]] och under det name = "value".',
    "This is not a known form.": "Detta är inte en känd form.",
    "Write e.g. {x}.": "Skriv till exempel {x}.",
    "The key stands twice.": "Nyckeln står två gånger.",
    "Remove one of the rows.": "Ta bort en av raderna.",
    "The value has no key.": "Värdet har ingen nyckel.",
    "Write its key in column A.": "Skriv nyckeln i kolumn A.",
    "The key has {x} values, {y} at most belong there.": "Nyckeln har {x} värden, högst {y} hör hemma där.",
    "Remove the others.": "Ta bort de andra.",
    # --- files ---
    "The file is empty.": "Filen är tom.",
    "Write a header and rows, or remove the file.": "Skriv rubriker och rader, eller ta bort filen.",
    "The file has no header.": "Filen har inga rubriker.",
    "Write the names of the columns in the first row.": "Skriv kolumnernas namn på första raden.",
    "The header has one name only.": "Rubrikraden har bara ett namn.",
    "Separate {x} … by commas or semicolons.": "Skilj {x} … åt med kommatecken eller semikolon.",
    "The row has {x} fields, the header {y}.": "Raden har {x} fält, rubriken {y}.",
    "Give the row as many {phrase} as the header.": "Ge raden lika många {phrase} som rubriken.",
    "Put a text or decimal number with a comma in quotation marks, or save with semicolons.": (
        "Sätt text eller decimaltal med komma inom citattecken, eller spara med semikolon."
    ),
    "A quotation mark is opened and never closed.": "Ett citattecken öppnas och stängs aldrig.",
    "Close it, or remove it.": "Stäng det, eller ta bort det.",
    "A quotation mark stands inside a field.": "Ett citattecken står inne i ett fält.",
    'Double it ("") within a quoted field, or remove it.': 'Dubblera det ("") i ett citerat fält, eller ta bort det.',
    "The file is not UTF-8; it was read as Windows-1252.": "Filen är inte UTF-8; den lästes som Windows-1252.",
    "Save the file as UTF-8.": "Spara filen som UTF-8.",
    "Save the file as UTF-8 (in Excel: CSV UTF-8).": "Spara filen som UTF-8 (i Excel: CSV UTF-8).",
    "The file is UTF-16 or binary.": "Filen är UTF-16 eller binär.",
    "The file says it is {x} but is not.": "Filen säger sig vara {x} men är det inte.",
    "The file's encoding is unknown.": "Filens teckenkodning är okänd.",
    "The file's encoding looks like that of an old Mac or DOS.": (
        "Filens teckenkodning ser ut som en gammal Mac eller DOS."
    ),
    "The file has {x} bytes, above {y}.": "Filen har {x} byte, mer än {y}.",
    "Check that it is the right file.": "Kontrollera att det är rätt fil.",
    "The file cannot be read ({x}).": "Filen kan inte läsas ({x}).",
    "Close it elsewhere, check the rights.": "Stäng den på andra håll, kontrollera behörigheten.",
    "Close it elsewhere.": "Stäng den på andra håll.",
    "The folder cannot be read ({x}).": "Mappen kan inte läsas ({x}).",
    "Check the rights.": "Kontrollera behörigheten.",
    "The file is not a table; it was not read.": "Filen är ingen tabell; den lästes inte.",
    "Did you mean {x}? Rename it.": "Menas {x}? Döp om den.",
    "Tables: {x}.": "Tabeller: {x}.",
    "Two files are the table {x}.": "Två filer är tabellen {x}.",
    "There is no such folder or workbook.": "Det finns ingen sådan mapp eller arbetsbok.",
    "Give a folder or a workbook that exists.": "Ange en mapp eller arbetsbok som finns.",
    "The file is not a workbook (.xlsx).": "Filen är ingen arbetsbok (.xlsx).",
    "Give the folder {x} or a workbook.": "Ange mappen {x} eller en arbetsbok.",
    "Save it as .xlsx, or give a folder with model.toml and CSV tables.": (
        "Spara den som .xlsx, eller ange en mapp med model.toml och CSV-tabeller."
    ),
    "This is not the data of a model ({x}).": "Detta är inte en modells data ({x}).",
    "Release the plan again from its model.": "Ge ut planen igen från dess modell.",
    # --- workbooks ---
    "The file is damaged or not a workbook.": "Filen är skadad eller ingen arbetsbok.",
    "Save it in Excel as .xlsx.": "Spara den i Excel som .xlsx.",
    "The file is {phrase}.": "Filen är {phrase}.",
    "The file is an old workbook (.xls).": "Filen är en gammal arbetsbok (.xls).",
    "The file is a binary workbook (.xlsb).": "Filen är en binär arbetsbok (.xlsb).",
    "The file is encrypted.": "Filen är krypterad.",
    "The workbook is protected by a password.": "Arbetsboken är skyddad med lösenord.",
    "Remove the password and save again.": "Ta bort lösenordet och spara igen.",
    "The workbook's XML has a DOCTYPE, which no spreadsheet program writes.": (
        "Arbetsbokens XML har en DOCTYPE, som inget kalkylprogram skriver."
    ),
    "The workbook's part {x} is missing or damaged.": "Arbetsbokens del {x} saknas eller är skadad.",
    "The workbook's part {x} is not XML ({y}).": "Arbetsbokens del {x} är inte XML ({y}).",
    "The workbook unpacks to {x} parts and {y} MB.": "Arbetsboken packas upp till {x} delar och {y} MB.",
    "Keep to {x} parts and {y} MB: remove pictures and stray formats, or use CSV.": (
        "Håll dig till {x} delar och {y} MB: ta bort bilder och överflödiga format, eller använd CSV."
    ),
    "The workbook has more than {x} cells.": "Arbetsboken har fler än {x} celler.",
    "Remove formats from empty cells, or use CSV files.": "Ta bort format från tomma celler, eller använd CSV-filer.",
    "The sheet is empty.": "Fliken är tom.",
    "Write a header and rows, or remove the sheet.": "Skriv rubriker och rader, eller ta bort fliken.",
    "The sheet is not a table; it was not read.": "Fliken är ingen tabell; den lästes inte.",
    "Rename it if it is a table of the model.": "Döp om den om den är en av modellens tabeller.",
    "Two sheets are named {x}.": "Två flikar heter {x}.",
    "The sheet is hidden; it was read.": "Fliken är dold; den lästes.",
    "Unhide it, or remove it.": "Visa den, eller ta bort den.",
    "{x} {phrase} of the table are hidden; they were read.": "{x} {phrase} i tabellen är dolda; de lästes.",
    "Unhide them, or remove them.": "Visa dem, eller ta bort dem.",
    "The cells {x} are merged; only the first has a value.": "Cellerna {x} är sammanfogade; bara den första har värde.",
    "Unmerge them and fill in every cell.": "Dela upp dem och fyll i varje cell.",
}


def in_swedish(sentence: str) -> str | None:
    """The Swedish sentence, or nothing where there is none."""
    if sentence in SENTENCES:
        return SENTENCES[sentence]
    for pattern, swedish in _patterns():
        found = pattern.fullmatch(sentence)
        if found is None:
            continue
        fields = found.groupdict()
        phrase = fields.get("phrase")
        if phrase is not None:
            one_of = phrase.removeprefix("one of: ")
            known = PHRASES.get(phrase) or (f"något av: {one_of}" if one_of != phrase else None)
            if known is None:
                continue
            fields["phrase"] = known
        return swedish.format(**fields)
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences with places: those with a phrase first, which is looked up; then those with more words."""
    out = []
    for english, swedish in SENTENCES.items():
        if "{" in english:
            parts = re.split(r"\{(\w+)\}", english)
            text = "".join(f"(?P<{part}>.+)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
            out.append(("phrase" not in english, -sum(map(len, parts[::2])), re.compile(text), swedish))
    out.sort(key=lambda one: one[:2])
    return [(pattern, swedish) for _, _, pattern, swedish in out]
