"""Native charts: whole kronor in the chart's own workbook, shown in millions, with labels beside what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from rus_funding.collaboration.glyphs import width
from rus_funding.papers.pptx.data import Data
from rus_funding.papers.pptx.fit import plain, shortened
from rus_funding.words.numbers import kronor as whole
from rus_funding.words.palette import ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.papers.pptx.deck import Slide

LOCALES = {"sv": "[$-41D]", "en": "[$-809]"}  # decimal comma or point, whatever the reader's Office
MILLION = 1_000_000  # kronor: below it a decimal of millions says too little
READABLE = 0.055  # of the highest stack: a lower segment has no room for a label
LABEL = 11.0


def millions(lang: str, highest: float = MILLION) -> str:
    """The number format that shows kronor as millions with a decimal, or whole below a million; nothing for 0.

    >>> millions("sv"), millions("en", 999_999)
    ('[$-41D]#,##0.0,,;[$-41D]-#,##0.0,,;', '[$-809]#,##0;[$-809]-#,##0;')
    """
    form = "#,##0.0,," if highest >= MILLION else "#,##0"
    return f"{LOCALES[lang]}{form};{LOCALES[lang]}-{form};"


def stacked(
    slide: Slide,
    lang: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[int]]],
    description: str,
) -> Any:
    """Columns by category, stacked of (name, colour, kronor) series, the first at the bottom."""
    highest = max((sum(column) for column in zip(*(kronor for *_, kronor in series), strict=True)), default=0)
    form = millions(lang, highest)
    data = _empty(form)
    data.categories = [plain(category) if "\n" not in category else category for category in categories]
    for name, _, kronor in series:
        data.add_series(plain(name), kronor)
        slide.notes.append(_noted(name, [str(each) for each in categories], kronor, lang))
    chart = slide.chart("chart", XL_CHART_TYPE.COLUMN_STACKED, data, description)
    room = slide.box("chart").w * 0.9 / max(1, len(categories))
    most = max((width(part, LABEL) for category in categories for part in category.splitlines()), default=1.0)
    _bare(chart, max(6.0, LABEL * min(1.0, room / most)))
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 38, 100
    for drawn, (_, colour, kronor) in zip(plot.series, series, strict=True):
        _fill(drawn.format, colour)
        drawn.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1  # parts the segments
        drawn.format.line.width = Pt(0.75)
        for i, value in enumerate(kronor):
            if value and value >= READABLE * highest:
                _point_label(drawn, i, form, ink(colour))
    return chart


def bars(
    slide: Slide,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None], Sequence[str]]],
    form: str,
    description: str,
    *,
    most: float | None = None,
    labelled: int = 0,
    label: float = LABEL,
    across: float = 250.0,
) -> Any:
    """Horizontal bars, the first category on top; series (name, values, a colour a bar) lie over each other.

    The bars of series number `labelled` carry their values, written in the number format `form`. `most` is the end of
    the axis; `across` the points that a category's name may take.
    """
    data = _empty(form)
    data.categories = [shortened(category, label, across) for category in categories]
    for name, values, _ in series:
        data.add_series(plain(name), values)
    chart = slide.chart("chart", XL_CHART_TYPE.BAR_CLUSTERED, data, description)
    _bare(chart, label)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    chart.category_axis.reverse_order = True
    chart.value_axis.minimum_scale = 0
    if most is not None:
        chart.value_axis.maximum_scale = most
    for number, (drawn, (_, values, tones)) in enumerate(zip(plot.series, series, strict=True)):
        _fill(drawn.format, tones[0] if tones else "#6b7280")
        if len(set(tones)) > 1:
            for i, tone in enumerate(tones):
                if values[i] is not None:
                    _fill(drawn.points[i].format, tone)
        if number == labelled:
            labels = drawn.data_labels
            labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            labels.font.size = Pt(label)
            labels.font.bold = True
            labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    return chart


def _empty(form: str) -> Any:
    """Chart data without series; `form` is Excel's number format."""
    kind: Any = Data  # python-pptx's own constructor has no types
    return kind(form)


def _noted(name: str, categories: Sequence[str], kronor: Sequence[int], lang: str) -> str:
    """A series to the krona, for the notes."""
    parts = [
        f"{category.splitlines()[0]} {whole(value, lang)}" for category, value in zip(categories, kronor, strict=True)
    ]
    return f"{plain(name)}: {', '.join(parts)}"


def _bare(chart: Any, size: float = LABEL) -> None:
    """No title, legend, gridlines or value axis: labels say it all."""
    chart.has_title, chart.has_legend = False, False
    chart.font.size = Pt(size)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    axis = chart.value_axis
    axis.has_major_gridlines = False
    axis.visible = False
    axis = chart.category_axis
    axis.has_major_gridlines = False
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    axis.format.line.width = Pt(0.75)
    axis.tick_labels.font.size = Pt(size)
    axis._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")  # noqa: SLF001 - never slanted


def _fill(form: Any, colour: str) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())


def _point_label(series: Any, i: int, form: str, colour: str) -> None:
    """The value inside one segment, in an ink that is read on it."""
    labels = series._element.get_or_add_dLbls()  # noqa: SLF001
    if not len(labels.xpath("c:dLbl")):
        series.data_labels.show_value = False
    parts = (
        f'<c:dLbl xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:idx val="{i}"/>'
        f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(LABEL * 100)}" b="0"><a:solidFill>'
        f'<a:srgbClr val="{colour.removeprefix("#").upper()}"/></a:solidFill></a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="en-GB"/></a:p></c:txPr><c:dLblPos val="ctr"/><c:showLegendKey val="0"/>'
        f'<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        f'<c:showBubbleSize val="0"/></c:dLbl>'
    )
    made = parse_xml(parts)
    others = labels.findall(qn("c:dLbl"))
    labels.insert(len(others), made)
