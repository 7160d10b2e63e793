"""The neutral template: theme, master and layouts of our own, made of what python-pptx starts from."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Pt

from rus_funding.papers.pptx.layouts import (
    FOOTER,
    HEADLINE,
    HEIGHT,
    LAYOUTS,
    LEAD_SIZE,
    NUMBER,
    STAGE,
    WIDTH,
    Box,
    Level,
    Part,
)
from rus_funding.words.palette import HUES

if TYPE_CHECKING:
    from rus_funding.papers.pptx.layouts import Layout

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{R}"'
FONT = "Arial"  # on every Windows and Mac; Liberation Sans has its measures
COLOURS = {
    "dk1": "1d2430", "lt1": "ffffff", "dk2": "12314f", "lt2": "eef2f6",
    **{f"accent{i + 1}": HUES[i][0].removeprefix("#") for i in range(6)},
    "hlink": HUES[0][0].removeprefix("#"), "folHlink": HUES[6][0].removeprefix("#"),
}  # fmt: skip
FIRST_IDX = 10  # of our own placeholders; lower ones have meanings of their own


def neutral() -> Any:
    """A presentation without slides, 16:9, with a layout for each of `LAYOUTS` in their order."""
    prs = Presentation()
    prs.slide_width, prs.slide_height = Pt(WIDTH), Pt(HEIGHT)
    size = prs.element.find(f"{{{P}}}sldSz")
    size.attrib.pop("type", None)
    for rel in [rel for rel in prs.part.rels.values() if rel.reltype.endswith("/printerSettings")]:
        prs.part.drop_rel(rel.rId)
    package = prs.part.package
    for rel_id, rel in list(package._rels.items()):  # noqa: SLF001
        if rel.reltype.endswith("/thumbnail"):
            package._rels.pop(rel_id)  # noqa: SLF001
    for unneeded in list(prs.slide_layouts)[len(LAYOUTS) :]:
        prs.slide_layouts.remove(unneeded)
    _theme(prs)
    _master(prs.slide_master.element)
    for part, layout in zip(prs.slide_layouts, LAYOUTS.values(), strict=True):
        _layout(part.element, layout)
    return prs


def placeholder_idx(layout: Layout, role: str) -> int:
    """The idx by which a slide's placeholder finds the layout's."""
    return 0 if role == "title" else FIRST_IDX + [part.role for part in layout.parts].index(role)


def _theme(prs: Any) -> None:
    part = next(rel.target_part for rel in prs.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    root = parse_xml(part.blob)
    root.set("name", "rus-funding")
    scheme = root.find(f".//{{{A}}}clrScheme")
    scheme.set("name", "rus-funding")
    for name, colour in COLOURS.items():
        slot = scheme.find(f"{{{A}}}{name}")
        slot[:] = [parse_xml(f'<a:srgbClr xmlns:a="{A}" val="{colour}"/>')]
    root.find(f".//{{{A}}}fontScheme").set("name", "rus-funding")
    for latin in root.iterfind(f".//{{{A}}}fontScheme/*/{{{A}}}latin"):
        latin.set("typeface", FONT)
    part._blob = serialize_part_xml(root)  # noqa: SLF001


def _master(element: Any) -> None:
    bar = _shape(7, "Accent", Box(0, 0, WIDTH, 8), "tx2")
    body = Part("body", "body", STAGE)
    parts = (("title", None, HEADLINE), ("body", 1, body), ("ftr", 3, FOOTER), ("sldNum", 4, NUMBER))
    shapes = [_placeholder(i + 2, kind, idx, part) for i, (kind, idx, part) in enumerate(parts)]
    _fill_tree(element, [bar, *shapes])
    styles = element.find(f"{{{P}}}txStyles")
    title = "".join(_level(1, level) for level in HEADLINE.levels)
    text = "".join(_level(i + 1, Level(LEAD_SIZE), i) for i in range(5))
    new = parse_xml(
        f"<p:txStyles {NAMESPACES}><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{text}</p:bodyStyle></p:txStyles>"
    )
    other = styles.find(f"{{{P}}}otherStyle")
    new.append(other)
    styles.getparent().replace(styles, new)


def _layout(element: Any, layout: Layout) -> None:
    element.set("type", layout.type)
    element.set("userDrawn", "1")
    common = element.find(f"{{{P}}}cSld")
    common.set("name", layout.name)
    for old in common.findall(f"{{{P}}}bg"):
        common.remove(old)
    shapes = [
        _placeholder(i + 2, part.kind, placeholder_idx(layout, part.role) or None, part)
        for i, part in enumerate(layout.parts)
        if part.kind != "free"
    ]
    if layout.dark:
        element.set("showMasterSp", "0")
        fill = '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:effectLst/>'
        common.insert(0, parse_xml(f"<p:bg {NAMESPACES}><p:bgPr>{fill}</p:bgPr></p:bg>"))
    else:
        shapes += [_placeholder(98, "ftr", 98, FOOTER), _placeholder(99, "sldNum", 99, NUMBER)]
    colour = "accent2" if layout.dark else "accent1"
    _fill_tree(element, [*(_shape(80 + i, "Rule", box, colour) for i, box in enumerate(layout.rules)), *shapes])


def _fill_tree(element: Any, shapes: list[str]) -> None:
    tree = element.find(f"{{{P}}}cSld/{{{P}}}spTree")
    for child in list(tree)[2:]:
        tree.remove(child)
    for shape in shapes:
        tree.append(parse_xml(shape))


def _placeholder(number: int, kind: str, idx: int | None, part: Part) -> str:
    at = "" if idx is None else f' idx="{idx}"'
    levels = "".join(_level(i + 1, level) for i, level in enumerate(part.levels))
    align = ' algn="r"' if kind == "sldNum" else ""
    prompt = (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum"><a:rPr lang="en-GB"/><a:t>‹#›</a:t></a:fld>'
        if kind == "sldNum"
        else f'<a:r><a:rPr lang="en-GB"/><a:t>{part.role.capitalize()}</a:t></a:r>'
    )
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{escape(part.role.capitalize())}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{at}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_frame(part.box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{part.anchor}"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle>{levels}</a:lstStyle><a:p><a:pPr{align}/>{prompt}</a:p></p:txBody></p:sp>"
    ).replace("<a:lstStyle><a:lvl1pPr ", f"<a:lstStyle><a:lvl1pPr{align} ")


def _level(number: int, level: Level, indent: int = 0) -> str:
    bold = ' b="1"' if level.bold else ""
    return (
        f'<a:lvl{number}pPr marL="{indent * 200000}" indent="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{round(level.before * 100)}"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{round(level.size * 100)}"{bold} kern="1200"><a:solidFill><a:schemeClr val="{level.colour}"/>'
        f'</a:solidFill><a:latin typeface="+m{"j" if level.bold else "n"}-lt"/></a:defRPr></a:lvl{number}pPr>'
    )


def _shape(number: int, name: str, box: Box, colour: str) -> str:
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f"</p:nvSpPr>"
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _frame(box: Box) -> str:
    x, y, w, h = (int(Pt(length)) for length in (box.x, box.y, box.w, box.h))
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
