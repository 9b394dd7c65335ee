"""What the results rest on, beside the code that uses it: keys in results, texts for `attractron cite`."""

from dataclasses import dataclass

from attractron.core.checks import nearest
from attractron.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A publication that a result rests on."""

    authors: str
    title: str
    journal: str
    year: int
    doi: str = ""
    used_for: str

    def __str__(self) -> str:
        doi = f" doi:{self.doi}." if self.doi else ""
        return f"{self.authors}, {self.title}, {self.journal} ({self.year}).{doi}"


REFERENCES: dict[str, Reference] = {
    "attractron": Reference(
        authors="The Attractron developers",
        title="Attractron: electrons that attract by repulsion, made calculable",
        journal="software",
        year=2026,
        used_for="the calculations themselves",
    ),
    "hamo2016": Reference(
        authors="A. Hamo, A. Benyamini, I. Shapir, I. Khivrich, J. Waissman, K. Kaasbjerg, Y. Oreg, F. von Oppen, "
        "S. Ilani",
        title="Electron attraction mediated by Coulomb repulsion",
        journal="Nature 535, 395",
        year=2016,
        doi="10.1038/nature18639",
        used_for="the building block: two sites and a polarizer, equations (1) to (3)",
    ),
    "shavit_oreg2020": Reference(
        authors="G. Shavit, Y. Oreg",
        title="Electron pairing induced by repulsive interactions in tunable one-dimensional platforms",
        journal="Physical Review Research 2, 043283",
        year=2020,
        doi="10.1103/PhysRevResearch.2.043283",
        used_for="coupled wires: paired and trion phases",
    ),
    "little1964": Reference(
        authors="W. A. Little",
        title="Possibility of synthesizing an organic superconductor",
        journal="Physical Review 134, A1416",
        year=1964,
        doi="10.1103/PhysRev.134.A1416",
        used_for="the chain with polarizable side groups",
    ),
    "hirsch_scalapino1985": Reference(
        authors="J. E. Hirsch, D. J. Scalapino",
        title="Excitonic mechanism for superconductivity in a quasi-one-dimensional system",
        journal="Physical Review B 32, 117",
        year=1985,
        doi="10.1103/PhysRevB.32.117",
        used_for="the static (instantaneous) strong-coupling limit",
    ),
    "vanderwiel2002": Reference(
        authors="W. G. van der Wiel, S. De Franceschi, J. M. Elzerman, T. Fujisawa, S. Tarucha, L. P. Kouwenhoven",
        title="Electron transport through double quantum dots",
        journal="Reviews of Modern Physics 75, 1",
        year=2002,
        doi="10.1103/RevModPhys.75.1",
        used_for="charge stability diagrams, capacitances and lever arms",
    ),
    "hanson2007": Reference(
        authors="R. Hanson, L. P. Kouwenhoven, J. R. Petta, S. Tarucha, L. M. K. Vandersypen",
        title="Spins in few-electron quantum dots",
        journal="Reviews of Modern Physics 79, 1217",
        year=2007,
        doi="10.1103/RevModPhys.79.1217",
        used_for="Coulomb diamonds and bias triangles: slopes of edges, excited states, spin blockade",
    ),
    "qtt2023": Reference(
        authors="QuTech (TNO, TU Delft)",
        title="Quantum Technology Toolbox, example data",
        journal="github.com/QuTech-Delft/qtt, commit f7de35da, MIT licence",
        year=2023,
        used_for="a measured vertex and a measured charging line, and their published readings",
    ),
    "kaasbjerg_jauho2016": Reference(
        authors="K. Kaasbjerg, A.-P. Jauho",
        title="Correlated Coulomb drag in capacitively coupled quantum-dot structures",
        journal="Physical Review Letters 116, 196801",
        year=2016,
        doi="10.1103/PhysRevLett.116.196801",
        used_for="transport: rate equations with T-matrix rates of capacitively coupled dots",
    ),
    "turek_matveev2002": Reference(
        authors="M. Turek, K. A. Matveev",
        title="Cotunneling thermopower of single electron transistors",
        journal="Physical Review B 65, 115332",
        year=2002,
        doi="10.1103/PhysRevB.65.115332",
        used_for="transport: the finite part of cotunnelling rates with intermediate states on shell",
    ),
    "koller2010": Reference(
        authors="S. Koller, M. Grifoni, M. Leijnse, M. R. Wegewijs",
        title="Density-operator approaches to transport through interacting quantum dots: Simplifications in "
        "fourth-order perturbation theory",
        journal="Physical Review B 82, 235307",
        year=2010,
        doi="10.1103/PhysRevB.82.235307",
        used_for="transport: what regularised T-matrix rates keep that a systematic expansion subtracts",
    ),
    "timm2011": Reference(
        authors="C. Timm",
        title="Time-convolutionless master equation for quantum dots: Perturbative expansion to arbitrary order",
        journal="Physical Review B 83, 115416",
        year=2011,
        doi="10.1103/PhysRevB.83.115416",
        used_for="transport: how divergences of the T-matrix cancel order by order",
    ),
    "he2020": Reference(
        authors="W.-X. He, Z. Cao, G.-Y. Li, L. Li, H.-F. Lü, Z. Li, H.-G. Luo",
        title="Performance of the T-matrix based master equation for Coulomb drag in double quantum dots",
        journal="Physical Review B 101, 035417",
        year=2020,
        doi="10.1103/PhysRevB.101.035417",
        used_for="transport: where T-matrix rates are reliable, against numerically exact results",
    ),
    "wilson1975": Reference(
        authors="K. G. Wilson",
        title="The renormalization group: Critical phenomena and the Kondo problem",
        journal="Reviews of Modern Physics 47, 773",
        year=1975,
        doi="10.1103/RevModPhys.47.773",
        used_for="transport: the numerical renormalisation group",
    ),
    "meir_wingreen1992": Reference(
        authors="Y. Meir, N. S. Wingreen",
        title="Landauer formula for the current through an interacting electron region",
        journal="Physical Review Letters 68, 2512",
        year=1992,
        doi="10.1103/PhysRevLett.68.2512",
        used_for="transport: the linear conductance from a dot's spectral function",
    ),
    "jin_zheng_yan2008": Reference(
        authors="J. Jin, X. Zheng, Y. Yan",
        title="Exact dynamics of dissipative electronic systems and quantum transport: Hierarchical equations of "
        "motion approach",
        journal="Journal of Chemical Physics 128, 234703",
        year=2008,
        doi="10.1063/1.2938087",
        used_for="transport: the hierarchy of equations of motion",
    ),
    "hu_xu_yan2010": Reference(
        authors="J. Hu, R.-X. Xu, Y. Yan",
        title="Communication: Padé spectrum decomposition of Fermi function and Bose function",
        journal="Journal of Chemical Physics 133, 101106",
        year=2010,
        doi="10.1063/1.3484491",
        used_for="transport: poles of the Fermi function",
    ),
    "bulla2008": Reference(
        authors="R. Bulla, T. A. Costi, T. Pruschke",
        title="Numerical renormalization group method for quantum impurity systems",
        journal="Reviews of Modern Physics 80, 395",
        year=2008,
        doi="10.1103/RevModPhys.80.395",
        used_for="transport: the numerical renormalisation group, its chains and shells",
    ),
    "zitko_pruschke2009": Reference(
        authors="R. Žitko, T. Pruschke",
        title="Energy resolution and discretization artifacts in the numerical renormalization group",
        journal="Physical Review B 79, 085106",
        year=2009,
        doi="10.1103/PhysRevB.79.085106",
        used_for="transport: discretisation of a flat band that is exact in the mean over twists",
    ),
    "mitchell2014": Reference(
        authors="A. K. Mitchell, M. R. Galpin, S. Wilson-Fletcher, D. E. Logan, R. Bulla",
        title="Generalized Wilson chain for solving multichannel quantum impurity problems",
        journal="Physical Review B 89, 121105",
        year=2014,
        doi="10.1103/PhysRevB.89.121105",
        used_for="transport: Wilson chains of several channels, interleaved",
    ),
    "bagrets_nazarov2003": Reference(
        authors="D. A. Bagrets, Y. V. Nazarov",
        title="Full counting statistics of charge transfer in Coulomb blockade systems",
        journal="Physical Review B 67, 085316",
        year=2003,
        doi="10.1103/PhysRevB.67.085316",
        used_for="transport: cumulants of a current from rates with counting fields",
    ),
    "flindt2008": Reference(
        authors="C. Flindt, T. Novotný, A. Braggio, M. Sassetti, A.-P. Jauho",
        title="Counting statistics of non-Markovian quantum stochastic processes",
        journal="Physical Review Letters 100, 150601",
        year=2008,
        doi="10.1103/PhysRevLett.100.150601",
        used_for="transport: the recursion for cumulants of high order",
    ),
    "yang_yang1966": Reference(
        authors="C. N. Yang, C. P. Yang",
        title="One-dimensional chain of anisotropic spin-spin interactions. I. Proof of Bethe's hypothesis for ground "
        "state in a finite system",
        journal="Physical Review 150, 321",
        year=1966,
        doi="10.1103/PhysRev.150.321",
        used_for="the ground state of the spinless chain with repulsion of neighbours",
    ),
    "lieb_wu1968": Reference(
        authors="E. H. Lieb, F. Y. Wu",
        title="Absence of Mott transition in an exact solution of the short-range, one-band model in one dimension",
        journal="Physical Review Letters 20, 1445",
        year=1968,
        doi="10.1103/PhysRevLett.20.1445",
        used_for="the ground state of the Hubbard chain",
    ),
    "haldane1980": Reference(
        authors="F. D. M. Haldane",
        title="General relation of correlation exponents and spectral properties of one-dimensional Fermi systems: "
        "application to the anisotropic S = 1/2 Heisenberg chain",
        journal="Physical Review Letters 45, 1358",
        year=1980,
        doi="10.1103/PhysRevLett.45.1358",
        used_for="Luttinger parameter and velocity from the dressed charge of an exactly solved chain",
    ),
    "giamarchi_schulz1988": Reference(
        authors="T. Giamarchi, H. J. Schulz",
        title="Anderson localization and interactions in one-dimensional metals",
        journal="Physical Review B 37, 325",
        year=1988,
        doi="10.1103/PhysRevB.37.325",
        used_for="the flow of weak disorder, localisation length",
    ),
    "luther_emery1974": Reference(
        authors="A. Luther, V. J. Emery",
        title="Backward scattering in the one-dimensional electron gas",
        journal="Physical Review Letters 33, 589",
        year=1974,
        doi="10.1103/PhysRevLett.33.589",
        used_for="the coupling at which solitons of a gapped mode are free fermions",
    ),
    "voit1993": Reference(
        authors="J. Voit",
        title="Charge-spin separation and the spectral properties of Luttinger liquids",
        journal="Physical Review B 47, 6740",
        year=1993,
        doi="10.1103/PhysRevB.47.6740",
        used_for="singularities of the spectral function of a gapless wire",
    ),
    "voit1998": Reference(
        authors="J. Voit",
        title="Dynamical correlation functions of one-dimensional superconductors and Peierls and Mott insulators",
        journal="European Physical Journal B 5, 505",
        year=1998,
        doi="10.1007/s100510050472",
        used_for="the spectral function of a wire with a spin gap",
    ),
    "lukyanov_zamolodchikov2001": Reference(
        authors="S. Lukyanov, A. Zamolodchikov",
        title="Form factors of soliton-creating operators in the sine-Gordon model",
        journal="Nuclear Physics B 607, 437",
        year=2001,
        doi="10.1016/S0550-3213(01)00123-0",
        used_for="the weight with which an electron makes one soliton of a spin gap",
    ),
    "essler_tsvelik2002": Reference(
        authors="F. H. L. Essler, A. M. Tsvelik",
        title="Weakly coupled one-dimensional Mott insulators",
        journal="Physical Review B 65, 115117",
        year=2002,
        doi="10.1103/PhysRevB.65.115117",
        used_for="one soliton and a gapless mode: the spectral function above a gap",
    ),
    "giamarchi_schulz1989": Reference(
        authors="T. Giamarchi, H. J. Schulz",
        title="Correlation functions of one-dimensional quantum systems",
        journal="Physical Review B 39, 4620",
        year=1989,
        doi="10.1103/PhysRevB.39.4620",
        used_for="logarithms that a marginal coupling adds to correlations",
    ),
    "kane_fisher1992": Reference(
        authors="C. L. Kane, M. P. A. Fisher",
        title="Transmission through barriers and resonant tunneling in an interacting one-dimensional electron gas",
        journal="Physical Review B 46, 15233",
        year=1992,
        doi="10.1103/PhysRevB.46.15233",
        used_for="a single impurity in an interacting wire",
    ),
    "giamarchi2003": Reference(
        authors="T. Giamarchi",
        title="Quantum Physics in One Dimension",
        journal="Oxford University Press",
        year=2003,
        doi="10.1093/acprof:oso/9780198525004.001.0001",
        used_for="bosonization, couplings of electrons in one dimension and their flow",
    ),
    "essler2005": Reference(
        authors="F. H. L. Essler, H. Frahm, F. Göhmann, A. Klümper, V. E. Korepin",
        title="The One-Dimensional Hubbard Model",
        journal="Cambridge University Press",
        year=2005,
        doi="10.1017/CBO9780511534843",
        used_for="dressed charge and velocities of the Hubbard chain",
    ),
    "korotkov1994": Reference(
        authors="A. N. Korotkov",
        title="Intrinsic noise of the single-electron transistor",
        journal="Physical Review B 49, 10381",
        year=1994,
        doi="10.1103/PhysRevB.49.10381",
        used_for="transport: noise spectra of jumps between charge states",
    ),
    "brandes2008": Reference(
        authors="T. Brandes",
        title="Waiting times and noise in single particle transport",
        journal="Annalen der Physik 17, 477",
        year=2008,
        doi="10.1002/andp.200810306",
        used_for="transport: distributions of the times between jumps",
    ),
    "averin_nazarov1990": Reference(
        authors="D. V. Averin, Yu. V. Nazarov",
        title="Virtual electron diffusion during quantum tunneling of the electric charge",
        journal="Physical Review Letters 65, 2446",
        year=1990,
        doi="10.1103/PhysRevLett.65.2446",
        used_for="transport: the rate of inelastic cotunnelling at zero temperature",
    ),
    "kambly2011": Reference(
        authors="D. Kambly, C. Flindt, M. Büttiker",
        title="Factorial cumulants reveal interactions in counting statistics",
        journal="Physical Review B 83, 075432",
        year=2011,
        doi="10.1103/PhysRevB.83.075432",
        used_for="transport: the signs of factorial cumulants without interaction",
    ),
    "stegmann2015": Reference(
        authors="P. Stegmann, B. Sothmann, A. Hucht, J. König",
        title="Detection of interactions via generalized factorial cumulants in systems in and out of equilibrium",
        journal="Physical Review B 92, 155413",
        year=2015,
        doi="10.1103/PhysRevB.92.155413",
        used_for="transport: factorial cumulants of a charge detector's record",
    ),
    "shavit_oreg2019": Reference(
        authors="G. Shavit, Y. Oreg",
        title="Fractional conductance in strongly interacting 1D systems",
        journal="Physical Review Letters 123, 036803",
        year=2019,
        doi="10.1103/PhysRevLett.123.036803",
        used_for="wires: fractions of e²/h that pinned modes leave",
    ),
    "briggeman2020": Reference(
        authors="M. Briggeman et al.",
        title="Pascal conductance series in ballistic one-dimensional LaAlO₃/SrTiO₃ channels",
        journal="Science 367, 769",
        year=2020,
        doi="10.1126/science.aat6467",
        used_for="wires: the conductance of bound states of several electrons",
    ),
    "koch2006": Reference(
        authors="J. Koch, M. E. Raikh, F. von Oppen",
        title="Pair tunneling through single molecules",
        journal="Physical Review Letters 96, 056803",
        year=2006,
        doi="10.1103/PhysRevLett.96.056803",
        used_for="transport: the conductance of a dot whose electrons attract",
    ),
    "kleinherbers2018": Reference(
        authors="E. Kleinherbers, P. Stegmann, J. König",
        title="Revealing attractive electron-electron interaction in a quantum dot by full counting statistics",
        journal="New Journal of Physics 20, 073023",
        year=2018,
        doi="10.1088/1367-2630/aad14a",
        used_for="transport: how attraction shows in factorial cumulants",
    ),
    "beenakker1991": Reference(
        authors="C. W. J. Beenakker",
        title="Theory of Coulomb-blockade oscillations in the conductance of a quantum dot",
        journal="Physical Review B 44, 1646",
        year=1991,
        doi="10.1103/PhysRevB.44.1646",
        used_for="readings: line shapes of Coulomb peaks",
    ),
    "beenakker_staring1992": Reference(
        authors="C. W. J. Beenakker, A. A. M. Staring",
        title="Theory of the thermopower of a quantum dot",
        journal="Physical Review B 46, 9667",
        year=1992,
        doi="10.1103/PhysRevB.46.9667",
        used_for="transport: the thermopower by sequential tunnelling",
    ),
    "cheng2015": Reference(
        authors="G. Cheng et al.",
        title="Electron pairing without superconductivity",
        journal="Nature 521, 196",
        year=2015,
        doi="10.1038/nature14398",
        used_for="transport: a dot whose electrons attract in a magnetic field",
    ),
    "prawiroatmodjo2017": Reference(
        authors="G. E. D. K. Prawiroatmodjo et al.",
        title="Transport and excitations in a negative-U quantum dot at the LaAlO₃/SrTiO₃ interface",
        journal="Nature Communications 8, 395",
        year=2017,
        doi="10.1038/s41467-017-00495-7",
        used_for="transport: a dot whose electrons attract in a magnetic field",
    ),
    "feldman_cousins1998": Reference(
        authors="G. J. Feldman, R. D. Cousins",
        title="Unified approach to the classical statistical analysis of small signals",
        journal="Physical Review D 57, 3873",
        year=1998,
        doi="10.1103/PhysRevD.57.3873",
        used_for="readings: confidence intervals of what cannot be negative",
    ),
    "foreman_mackey2013": Reference(
        authors="D. Foreman-Mackey, D. W. Hogg, D. Lang, J. Goodman",
        title="emcee: The MCMC hammer",
        journal="Publications of the Astronomical Society of the Pacific 125, 306",
        year=2013,
        doi="10.1086/670067",
        used_for="readings: samples of posteriors",
    ),
}


def reference(key: str) -> Reference:
    """The reference with this key, or an InputError that names the nearest."""
    if key not in REFERENCES:
        raise InputError("reference", f"be one of {', '.join(REFERENCES)}", repr(key), nearest(key, REFERENCES))
    return REFERENCES[key]
