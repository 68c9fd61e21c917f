"""Finds the reference in the folder that TANGO_REFERENCE names, and lets its parts be imported by themselves."""
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import types

import numpy
import torch


def root():
    """The folder of the clone, or an error that says what to do."""
    folder = os.environ.get("TANGO_REFERENCE", "")
    if not os.path.isfile(os.path.join(folder, "tango2", "models.py")):
        raise RuntimeError(
            "TANGO_REFERENCE must name a clone of declare-lab/tango, with tango2/models.py in it, but is "
            f"'{folder}'. See tests/Tango2.Benchmarks/reference/README.md.")
    return folder


def module(name, needed="the reference"):
    """Imports a module, or says which one is missing and who needs it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"The Python module '{error.name}' is missing, which {needed} needs: install it, or put its source on "
            "PYTHONPATH. See tests/Tango2.Benchmarks/reference/README.md.") from error


def prepare():
    """Makes the reference importable without what timing does not need."""
    folder = root()
    sys.path.insert(0, os.path.join(folder, "tango2"))
    # Their package files pull in pipelines, downloads and trackers; only single modules are wanted.
    _package("audioldm", os.path.join(folder, "tango2", "audioldm"))
    _package("reference_clap", os.path.join(folder, "audioldm", "clap", "open_clip"))
    # A source tree on PYTHONPATH has no installed version to be checked.
    for library in ("diffusers", "transformers"):
        _module(f"{library}.dependency_versions_check", dep_version_check=lambda *_: None)
    if not _present("librosa"):
        _librosa()
    if not _present("progressbar"):
        _module("progressbar")  # the bar of a download


def _present(name):
    return importlib.util.find_spec(name) is not None


def _package(name, folder):
    _module(name).__path__ = [folder]


def _module(name, **members):
    made = types.ModuleType(name)
    made.__spec__ = importlib.machinery.ModuleSpec(name, None)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def _librosa():
    """The few functions of librosa that build windows and mel filters; none of them runs inside a timed step."""
    from scipy.signal import get_window

    def pad_center(data, size, **_):
        left = (size - len(data)) // 2
        return numpy.pad(data, (left, size - len(data) - left))

    def mel(sr, n_fft, n_mels, fmin, fmax, **_):
        from torchaudio.functional import melscale_fbanks
        return melscale_fbanks(
            n_fft // 2 + 1, fmin, fmax, n_mels, sr, norm="slaney", mel_scale="slaney").T.contiguous().numpy()

    util = _module("librosa.util", pad_center=pad_center, tiny=lambda x: numpy.finfo(x.dtype).tiny,
                   normalize=lambda x, **_: x / numpy.abs(x).max())
    filters = _module("librosa.filters", get_window=get_window, mel=mel)
    _module("librosa", util=util, filters=filters).__path__ = []


def versions():
    """What the timings depend on: Python, PyTorch, its BLAS, and its number of threads."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        text = maps.read()
    blas = next((name for name in ("openblas", "mkl", "blis") if f"lib{name}" in text), "unknown BLAS")
    return {
        "python": sys.version.split()[0], "torch": torch.__version__, "blas": blas,
        "threads": torch.get_num_threads(),
    }
