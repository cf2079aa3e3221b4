"""Witnesses while they are collected."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Witness:
    """One value, and the place that says it: "meta og:title", "JSON-LD headline"."""

    rule: str
    text: str
    about_page: bool = False  # of the page rather than of the article: weaker


@dataclass(slots=True)
class Notes:
    """Witnesses while they are collected: (rank, order) sorts them at the end."""

    found: dict[str, list[tuple[int, Witness]]] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)

    def add(self, about: str, rank: int, witness: Witness) -> None:
        if witness.text:
            self.found.setdefault(about, []).append((rank, witness))

    def sorted(self, about: str) -> tuple[Witness, ...]:
        notes = sorted(self.found.get(about, ()), key=lambda note: note[0])
        return tuple(dict.fromkeys(witness for _, witness in notes))
