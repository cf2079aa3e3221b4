"""Cuts tei_all.rng down to some elements, so that a test can load it in a moment.

    python prune.py tei_all.rng tei_used.rng

An element that is not in USED becomes <notAllowed/>, which is then simplified away by the rules of
RELAX NG; nothing is added. So whatever is valid against tei_used.rng is valid against tei_all.rng.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lxml import etree

RNG = "{http://relaxng.org/ns/structure/1.0}"
_NAMES = (
    "TEI author availability bibl body cell change date distributor div encodingDesc "
    "figure fileDesc graphic head idno item langUsage language lb list keywords name note p "
    "profileDesc projectDesc publicationStmt publisher quote ref resp respStmt revisionDesc row "
    "sourceDesc table teiCorpus teiHeader term text textClass title titleStmt"
)
USED = frozenset(_NAMES.split())
_NEVER, _NOTHING = f"{RNG}notAllowed", f"{RNG}empty"


def prune(source: Path, target: Path) -> None:
    """Write the smaller grammar."""
    parser = etree.XMLParser(remove_comments=False, remove_blank_text=True)
    grammar = etree.parse(str(source), parser).getroot()
    for one in [*grammar.iter()]:
        kept = one.tag.startswith(RNG) if isinstance(one.tag, str) else one.getparent() is grammar
        if not kept and one.getparent() is not None:
            one.getparent().remove(one)  # documentation and Schematron, but not the licence
    for one in [*grammar.iter(f"{RNG}element")]:
        if one.get("name") is None or one.get("name") not in USED:
            one.getparent().replace(one, etree.Element(_NEVER))
    while _simplify(grammar):
        pass
    _drop_unreached(grammar)
    etree.indent(grammar, " ")
    etree.ElementTree(grammar).write(str(target), encoding="utf-8", xml_declaration=True)


def _simplify(grammar: Any) -> bool:
    never = {
        define.get("name")
        for define in grammar.iter(f"{RNG}define")
        if any(child.tag == _NEVER for child in define)
    }
    changed = False
    for ref in [*grammar.iter(f"{RNG}ref")]:
        if ref.get("name") in never:
            ref.getparent().replace(ref, etree.Element(_NEVER))
            changed = True
    for one in [*grammar.iter(_NEVER)]:
        parent = one.getparent()
        if parent is None or parent.getparent() is None:
            continue  # gone with what it was in
        kind = parent.tag.removeprefix(RNG)
        if kind == "choice" and len(parent) > 1:
            parent.remove(one)
        elif kind in ("zeroOrMore", "optional"):
            parent.getparent().replace(parent, etree.Element(_NOTHING))
        elif kind in ("choice", "group", "interleave", "oneOrMore", "element", "mixed"):
            parent.getparent().replace(parent, etree.Element(_NEVER))
        elif kind == "define" and len(parent) > 1:
            parent[:] = [one]
        else:
            continue
        changed = True
    return changed


def _drop_unreached(grammar: Any) -> None:
    defines = {one.get("name"): one for one in grammar.iter(f"{RNG}define")}
    start = grammar.find(f"{RNG}start")
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for ref in waiting.pop().iter(f"{RNG}ref"):
            if ref.get("name") not in reached:
                reached.add(ref.get("name"))
                waiting.append(defines[ref.get("name")])
    for name, define in defines.items():
        if name not in reached:
            grammar.remove(define)


if __name__ == "__main__":
    prune(Path(sys.argv[1]), Path(sys.argv[2]))
