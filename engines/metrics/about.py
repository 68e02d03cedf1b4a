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
    "direction": About(
        "Whether an edit changed the picture as its words changed: the way between two pictures and two texts.",
        'Gal et al., "StyleGAN-NADA: CLIP-Guided Domain Adaptation of Image Generators", 2022',
    ),
    "lpips": About(
        "How different two pictures look to people, as a network fitted to their judgements has it.",
        'Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018',
    ),
    "bits": About(
        "How many bits a model that knows likelihoods needs for each number of a picture.",
        'Theis, van den Oord and Bethge, "A Note on the Evaluation of Generative Models", 2016',
        alone=True,
    ),
    "fad": About(
        "How far made sounds as a whole are from the real ones: quality and variety in one figure.",
        'Kilgour et al., "Frechet Audio Distance", 2019',
    ),
    "clap": About(
        "How well each sound is what its prompt says, and whether the prompt can be told from the sound.",
        'Wu et al., "Large-scale Contrastive Language-Audio Pretraining with Feature Fusion", 2023',
        alone=True,
    ),
    "loudness": About(
        "How loud sounds are to people, over their whole length.",
        'ITU-R BS.1770-5, "Algorithms to measure audio programme loudness", 2023',
        alone=True,
    ),
    "key": About(
        "Whether a tune is in the key that was asked for.",
        'Krumhansl, "Cognitive Foundations of Musical Pitch", 1990',
        alone=True,
    ),
    "onsets": About(
        "Whether notes begin when they were asked to, and the tempo is the one asked for.",
        'Bello et al., "A Tutorial on Onset Detection in Music Signals", 2005',
        alone=True,
    ),
    "audio-bits": About(
        "How many bits a model that knows likelihoods needs for each sample of a sound.",
        'Theis, van den Oord and Bethge, "A Note on the Evaluation of Generative Models", 2016',
        alone=True,
    ),
    "fvd": About(
        "How far made clips as a whole are from the real ones, by what their frames show.",
        'Unterthiner et al., "Towards Accurate Generative Models of Video: A New Metric and Challenges", 2018',
    ),
    "render": About(
        "How well a surface, seen from four sides, shows what its prompt says.",
        'Poole et al., "DreamFusion: Text-to-3D using 2D Diffusion" (CLIP R-Precision), 2023',
        alone=True,
    ),
}
NOTHING = About("", "")
