"""Chains on a lattice in study files: gaps over a parameter, verdicts that say no more than they can."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies import compute_study, read, template

TEXT = template("lattice").replace("points = 17", "points = 3")


def answered(tmp_path, text):
    path = tmp_path / "lattice.toml"
    path.write_text(text, encoding="utf-8")
    study = read(path)
    result = compute_study(study)
    return result, study.question.verdict(study, result)


def test_gaps_over_the_repulsion(tmp_path):
    """V = 8 and 16 bind by 0.009 and 0.791 (recorded), V = 0 does not; one length decides nothing."""
    result, verdict = answered(tmp_path, TEXT)
    assert result["pair_binding"].to_numpy()[1:] == pytest.approx([0.009, 0.791], abs=1e-3)
    assert verdict.text.startswith("Phase: undecided (one length of 6 sites")
    assert "bound at 2 of 3 points" in verdict.text
    assert verdict.numbers["pair_binding_max"][0] == pytest.approx(0.791223, abs=1e-6)


def test_several_lengths_have_a_phase_each(tmp_path):
    text = (
        TEXT.replace("n_up = 2", "n_up = 3")
        .replace("n_down = 2", "n_down = 3")
        .replace("# lengths = [4, 6, 8]", "lengths = [2, 4]")
    )
    result, verdict = answered(tmp_path, text)
    assert result["spin_gap"].dims == ("V", "length")
    assert result["phase"].dims == ("V",)
    assert verdict.text.startswith("Phase: undecided at 3 of 3 points")


def test_the_ground_state(tmp_path):
    text = TEXT.replace('"gaps"  ', '"ground-state"\nstates = 2').replace("V = { start", "# V = { start")
    result, verdict = answered(tmp_path, text)
    assert float(result["energy"]) == pytest.approx(-4.004834813, abs=1e-9)
    assert result["energies"].sizes == {"level": 2}
    assert np.nansum(result["density"].to_numpy()) == pytest.approx(7)
    assert "Ground-state energy -4.005" in verdict.text


def test_numbers_are_needed(tmp_path):
    with pytest.raises(InputError, match="n_sec"):
        answered(tmp_path, TEXT.replace("n_sec = 3\n", ""))
