// Numerics of LAION CLAP's get_audio_features with fusion and repeatpad (training/data.py at 1fd4c37), written from its
// definition. Its features are torchaudio's: HTK filters without area normalisation.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>The four log-mels in decibels that the audio encoder of a CLAP with fusion reads.</summary>
internal sealed class ClapFusionMel
{
    private readonly ClapMel _front;

    /// <summary>Computes the window and the filters.</summary>
    /// <param name="config">The geometry, usually <see cref="MelConfig.ClapFusion"/>.</param>
    public ClapFusionMel(MelConfig config) => _front = new(config);

    /// <summary>The geometry.</summary>
    public MelConfig Config => _front.Config;

    /// <summary>Frames T of each of the four: 1 + ClipSamples/hop.</summary>
    public long ChunkFrames => Config.ClipSamples / Config.HopLength + 1;

    /// <summary>The places from which the front, the middle and the back may be chosen to start, in frames.</summary>
    /// <param name="samples">N, the samples of a clip.</param>
    /// <returns>Three ranges, from First to before End; none where the clip needs no choice.</returns>
    public IReadOnlyList<(long First, long End)> StartRanges(long samples)
    {
        var places = samples / Config.HopLength + 1 - ChunkFrames + 1;
        if (samples <= Config.ClipSamples || places == 1) return [];
        // Three nearly equal parts, the earlier ones taking what is left over; an empty one stands for the beginning.
        long At(long part) => part * (places / 3) + Math.Min(part, places % 3);
        return [.. Enumerable.Range(0, 3).Select(i => At(i) == At(i + 1) ? (0L, 1L) : (At(i), At(i + 1)))];
    }

    /// <summary>Chooses where the three parts start, each uniformly in its range.</summary>
    /// <param name="samples">N, the samples of a clip.</param>
    /// <param name="random">The source of the choice.</param>
    /// <returns>Three frames; none where the clip needs no choice.</returns>
    public IReadOnlyList<long> ChooseStarts(long samples, Random random) =>
        [.. StartRanges(samples).Select(range => random.NextInt64(range.First, range.End))];

    /// <summary>The four log-mels of a clip of any length.</summary>
    /// <param name="waveform">[1, N], samples in [−1, 1].</param>
    /// <param name="starts">Where the three parts start, in frames; empty where the clip needs no choice.</param>
    /// <exception cref="ArgumentException">There are more or fewer starts than the clip needs, or one is out of range.</exception>
    public FusedMel Transform(Tensor waveform, IReadOnlyList<long> starts)
    {
        Shape.Check(waveform, "1, N");
        using var scope = NewDisposeScope();
        var ranges = StartRanges(waveform.shape[1]);
        if (starts.Count != ranges.Count)
            throw new ArgumentException(
                $"A clip of {waveform.shape[1]} samples needs {ranges.Count} starts, but got {starts.Count}.", nameof(starts));
        if (ranges.Count == 0) return new(Whole(waveform).MoveToOuterDisposeScope(), Longer: false);
        var mel = _front.Transform(ClapMel.Quantise(waveform));                                     // [1, 1, T', F]
        var last = mel.shape[2] - ChunkFrames;
        if (starts.Any(start => start < 0 || start > last))
            throw new ArgumentException($"starts must lie in 0 to {last}, but are {string.Join(", ", starts)}.", nameof(starts));
        var shrunk = nn.functional.interpolate(
            mel, [ChunkFrames, mel.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        var parts = starts.Select(start => mel.narrow(2, start, ChunkFrames));
        return new(cat([shrunk, .. parts], dim: 1).squeeze(0).MoveToOuterDisposeScope(), Longer: true);
    }

    // A clip that only its last frame lets be longer is taken as it is; a shorter one is repeated.
    private Tensor Whole(Tensor waveform)
    {
        var prepared = waveform.shape[1] > Config.ClipSamples ? ClapMel.Quantise(waveform) : _front.Prepare(waveform);
        return _front.Transform(prepared).squeeze(0).expand(4, -1, -1).contiguous();
    }
}

/// <summary>A clip of any length as CLAP with fusion hears it.</summary>
/// <param name="Mel">[4, T, F], dB: the whole clip shrunk to T frames, then its front, middle and back.</param>
/// <param name="Longer">Whether the clip is longer than the window; if not, all four are the same.</param>
internal sealed record FusedMel(Tensor Mel, bool Longer);
