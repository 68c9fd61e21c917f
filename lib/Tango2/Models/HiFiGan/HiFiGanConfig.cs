using Tango2.Files;

namespace Tango2.Models;

/// <summary>Geometry of the vocoder: the keys of HiFi-GAN's config.json, without those of its mel and its training.</summary>
[Unread(
    "win_size", "n_fft", "num_freq", "fmin", "fmax", "fmax_for_loss", "segment_size", "batch_size", "learning_rate",
    "adam_b1", "adam_b2", "lr_decay", "seed", "num_gpus", "num_workers", "dist_config")]
public sealed record HiFiGanConfig
{
    /// <summary>The kind of residual block; only "1" is built.</summary>
    public string Resblock { get; init; } = "1";

    /// <summary>By how much each stage lengthens its input; their product is the hop.</summary>
    public required IReadOnlyList<int> UpsampleRates { get; init; }

    /// <summary>Kernel of each stage's transposed convolution.</summary>
    public required IReadOnlyList<int> UpsampleKernelSizes { get; init; }

    /// <summary>Channels before the first stage; each stage halves them.</summary>
    public required int UpsampleInitialChannel { get; init; }

    /// <summary>Kernel of each of a stage's parallel residual blocks.</summary>
    public required IReadOnlyList<int> ResblockKernelSizes { get; init; }

    /// <summary>Dilations of each of a stage's parallel residual blocks, any number of them.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ResblockDilationSizes { get; init; }

    /// <summary>Frequency bins of the mel.</summary>
    public required int NumMels { get; init; }

    /// <summary>Samples between the mel's frames.</summary>
    public required int HopSize { get; init; }

    /// <summary>Hz.</summary>
    public required int SamplingRate { get; init; }

    /// <summary>Whether weights are built as direction and length, as in training; not in HiFi-GAN's file.</summary>
    public bool WeightNorm { get; init; }

    /// <summary>The published vocoder: mel [B, 64, T] at a hop of 160 to 16 kHz.</summary>
    public static HiFiGanConfig Tango2 { get; } = new()
    {
        UpsampleRates = [5, 4, 2, 2, 2],
        UpsampleKernelSizes = [16, 16, 8, 4, 4],
        UpsampleInitialChannel = 1024,
        ResblockKernelSizes = [3, 7, 11],
        ResblockDilationSizes = [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
        NumMels = 64,
        HopSize = 160,
        SamplingRate = 16_000,
    };

    /// <summary>Reads the text of HiFi-GAN's config.json; unknown keys are refused.</summary>
    /// <exception cref="InvalidDataException">The text is not such a configuration.</exception>
    public static HiFiGanConfig FromJson(string json) =>
        ConfigJson.Read<HiFiGanConfig>(json, "a HiFi-GAN", config => config.Checked());

    /// <summary>This configuration, or an exception that names the setting that does not fit.</summary>
    internal HiFiGanConfig Checked()
    {
        Require(Resblock == "1", "resblock", "\"1\"", Resblock);
        var hop = UpsampleRates.Aggregate(1, (product, rate) => product * rate);
        Require(hop == HopSize, "the product of upsample_rates", $"hop_size, {HopSize}", hop);
        Require(UpsampleKernelSizes.Count == UpsampleRates.Count, "the length of upsample_kernel_sizes",
            $"that of upsample_rates, {UpsampleRates.Count}", UpsampleKernelSizes.Count);
        Require(ResblockDilationSizes.Count == ResblockKernelSizes.Count, "the length of resblock_dilation_sizes",
            $"that of resblock_kernel_sizes, {ResblockKernelSizes.Count}", ResblockDilationSizes.Count);
        return this;
    }

    private static void Require(bool met, string key, string expected, object found)
    {
        if (!met) throw new ArgumentException($"{key} must be {expected}, but is {found}.");
    }
}
