"""What each metric measures, in words for whoever chooses one, and the paper it is from."""

from msgspec import Struct


class About(Struct, frozen=True):
    """One sentence of what a metric asks, and where it is published. `alone`: it says something of a single file."""

    measures: str
    paper: str
    alone: bool = False


ABOUT: dict[str, About] = {
    "fid": About(
        "How far the made pictures as a whole are from the real ones: quality and variety in one figure.",
        'Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017',
    ),
    "kid": About(
        "The same question as the Frechet distance, without its bias at small counts.",
        'Binkowski et al., "Demystifying MMD GANs", 2018',
    ),
    "manifold": About(
        "Precision and density: do made pictures look real. Recall and coverage: is all that is real also made.",
        'Kynkaanniemi et al., "Improved Precision and Recall Metric", 2019; Naeem et al., "Reliable Fidelity and '
        'Diversity Metrics for Generative Models", 2020',
    ),
    "nearest": About(
        "How near the most alike real picture is: whether pictures are copies of what was learnt from.",
        'Meehan, Chaudhuri and Dasgupta, "A Non-Parametric Test to Detect Data-Copying in Generative Models", 2020',
    ),
    "vendi": About(
        "How many different pictures there are among the made ones: 1 when all are the same.",
        'Friedman and Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", 2023',
    ),
    "is": About(
        "Whether each picture shows one clear thing and all together many.",
        'Salimans et al., "Improved Techniques for Training GANs", 2016',
    ),
    "clip": About(
        "How well each picture shows what its prompt says, and whether the prompt can be told from the picture.",
        'Hessel et al., "CLIPScore: A Reference-free Evaluation Metric for Image Captioning", 2021',
        alone=True,
    ),
    "pixels": About(
        "How exactly pictures repeat the real ones of the same names, pixel by pixel.",
        'Wang, Simoncelli and Bovik, "Multiscale Structural Similarity for Image Quality Assessment", 2003',
    ),
    "stft": About(
        "How far the spectra of sounds are from those of the real ones of the same names, coarse and fine.",
        'Yamamoto, Song and Kim, "Parallel WaveGAN", 2020',
    ),
    "clips": About(
        "Whether what a clip shows stays the same from frame to frame, and whether its light flickers.",
        'Huang et al., "VBench: Comprehensive Benchmark Suite for Video Generative Models", 2024',
        alone=True,
    ),
    "surfaces": About(
        "How far surfaces are from the real ones of the same names, and how alike they face.",
        'Tatarchenko et al., "What Do Single-view 3D Reconstruction Networks Learn?", 2019',
    ),
    "closed": About("Whether a surface holds water: how many of its edges belong to one face only.", "", alone=True),
}
NOTHING = About("", "")
