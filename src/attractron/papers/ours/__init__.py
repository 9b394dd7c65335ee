"""Figures of our own: what the published ones suggest, with claims that theory makes."""

from attractron.papers.ours import (
    counting,
    drawings,
    factorial_cumulants,
    one_level,
    overlay,
    pair_peak,
    pair_tunnelling,
    pairs_in_field,
    pinned_phases,
    qubit_sign,
    rates,
    thermopower,
)
from attractron.papers.table import with_table

FIGURES = with_table(
    __name__,
    (
        *counting.FIGURES,
        *one_level.FIGURES,
        *overlay.FIGURES,
        *pair_peak.FIGURES,
        *rates.FIGURES,
        *pair_tunnelling.FIGURES,
        *qubit_sign.FIGURES,
        *pinned_phases.FIGURES,
        *thermopower.FIGURES,
        *pairs_in_field.FIGURES,
        *factorial_cumulants.FIGURES,
        *drawings.FIGURES,
    ),
)
