using Tango2.Checkpoints;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The clips that judges learn from. Every second one has gone through autoencoder and vocoder, as all that judges will
/// hear has. Revoicing is slow: it is done once for all judges, and kept in parts.
/// </summary>
internal static class RevoicedCorpus
{
    private const string Name = "revoicing";
    private const int ThirdClips = 3500, PartClips = 100;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(Name, "the judges' training clips, half of them revoiced", Make, Test)
    {
        Needs = LabProduct.Revoicing,
        TestNeeds = LabProduct.Revoicing,
    };

    /// <summary>The clips' scenes and captions: all, or a third of them.</summary>
    /// <param name="options">Seed and effort.</param>
    /// <param name="third">
    /// 0, 1 or 2, for a third that shares no clip with the others, for a CLAP model; null for all. In a third the clips that
    /// are not revoiced may hold the pairs that are kept for the test: CLAP must know them to judge them, as LAION's knows
    /// far more than what Tango is trained on.
    /// </param>
    public static FoleyClip[] Clips(LabOptions options, int? third = null)
    {
        var each = options.Scaled(ThirdClips, 48);
        FoleyClip[] all = [.. FoleyWorld.Clips(options.Seed + 40, FoleySplit.Train, 3 * each)];
        if (third is not { } chosen) return all;
        var clips = all[(chosen * each)..((chosen + 1) * each)];
        for (var i = 0; i < clips.Length; i += 2)
        {
            var scene = FoleyWorld.Scene(options.Seed + 41, clips[i].Index, SceneMix.Default);
            clips[i] = clips[i] with { Scene = scene, Caption = Caption.Variant(scene, 0, FoleySplit.Train) };
        }
        return clips;
    }

    /// <summary>A transform of the waveforms of <paramref name="clips"/>, concatenated along B.</summary>
    /// <param name="options">Where the revoiced clips lie; parts that are missing are made.</param>
    /// <param name="clips">From <see cref="Clips"/>.</param>
    /// <param name="transform">[B, N] to [B, …].</param>
    /// <exception cref="InvalidDataException">The parts that are there belong to another run.</exception>
    public static Tensor Map(LabOptions options, FoleyClip[] clips, Func<Tensor, Tensor> transform)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        StageFolder.Open(options, Stage);
        var revoicer = new Lazy<Revoicer>(() => new(options.Models));
        var parts = new List<Tensor>();
        foreach (var part in clips.Chunk(PartClips))
        {
            using var inner = NewDisposeScope();
            var waveforms = FoleyWorld.Waveforms(part);
            if (part.Length > 1) waveforms[Odd] = Revoiced(options, revoicer, part);
            parts.Add(transform(waveforms).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    private static TensorIndex Odd => TensorIndex.Slice(1, null, 2);

    /// <summary>The clips 1, 3, 5, … of a part, revoiced: read, or made and kept.</summary>
    private static Tensor Revoiced(LabOptions options, Lazy<Revoicer> revoicer, FoleyClip[] part)
    {
        var path = StageFolder.PathOf(options, Name, $"{part[0].Index:d6}-{part.Length}.safetensors");
        if (!File.Exists(path))
        {
            var made = revoicer.Value.All(FoleyWorld.Waveforms([.. part.Where((_, i) => i % 2 == 1)]));
            SafeTensors.Write(path, [new("waveforms", made.to(float16))]);
        }
        return SafeTensors.Read(path)["waveforms"].to(float32);
    }

    private static IEnumerable<Progress> Make(LabOptions options)
    {
        FoleyClip[][] parts = [.. Enumerable.Range(0, 3).SelectMany(third => Clips(options, third).Chunk(PartClips))];
        var revoicer = new Lazy<Revoicer>(() => new(options.Models));
        for (var i = 0; i < parts.Length; i++)
        {
            using (NewDisposeScope())
                if (parts[i].Length > 1) Revoiced(options, revoicer, parts[i]);
            yield return new(i + 1, parts.Length);
        }
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 3, FoleySplit.Test, options.Scaled(128))];
        var real = FoleyWorld.Waveforms(clips);
        var revoiced = new Revoicer(options.Models).All(real);
        return new()
        {
            ["log-mel L1 after autoencoder and vocoder (nats)"] =
                (VaeStage.Mel(revoiced) - VaeStage.Mel(real)).abs().mean().item<float>(),
            ["loudness kept (share of RMS)"] = revoiced.std().item<float>() / real.std().item<float>(),
        };
    }
}

/// <summary>Sends clips through autoencoder and vocoder, so that judges know the sound of generated clips.</summary>
/// <param name="models">The weights.</param>
internal sealed class Revoicer(MiniModels models)
{
    private readonly AutoencoderKL _vae = models.Vae();
    private readonly HiFiGanGenerator _vocoder = models.Vocoder();

    /// <summary>[B, N] to [B, N], every clip revoiced.</summary>
    public Tensor All(Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = waveforms.split(32).Select(part =>
            _vocoder.Vocode(_vae.Decode(_vae.Encode(VaeStage.Mel(part)).Mode)));
        return cat([.. parts]).narrow(1, 0, waveforms.shape[1]).MoveToOuterDisposeScope();
    }
}
