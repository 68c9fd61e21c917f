using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Models;

/// <summary>Geometry of the spectrogram autoencoder: the keys of AudioLDM's vae_config.json.</summary>
[Unread("image_key", "monitor")]
public sealed record AutoencoderKLConfig
{
    /// <summary>Geometry of the encoder and the decoder; the key is one word in the reference.</summary>
    [JsonPropertyName("ddconfig")]
    public required AutoencoderLayers Layers { get; init; }

    /// <summary>Channels of the latents.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>What latents are multiplied by, so that their standard deviation is near one.</summary>
    public required double ScaleFactor { get; init; }

    /// <summary>How many frames, and how many bins, one latent position stands for.</summary>
    [JsonIgnore]
    public int Compression => 1 << (Layers.ChMult.Count - 1);

    /// <summary>AudioLDM-s-full's published autoencoder: mel [B, 1, 1024, 64] to latents [B, 8, 256, 16].</summary>
    public static AutoencoderKLConfig Tango2 { get; } = new()
    {
        Layers = new() { Ch = 128, ChMult = [1, 2, 4], NumResBlocks = 2, ZChannels = 8 },
        EmbedDim = 8,
        ScaleFactor = 0.9227914214134216,
    };

    /// <summary>Reads the text of a vae_config.json; unknown keys are refused.</summary>
    /// <exception cref="InvalidDataException">The text is not such a configuration.</exception>
    public static AutoencoderKLConfig FromJson(string json) =>
        ConfigJson.Read<AutoencoderKLConfig>(json, "an AutoencoderKL", config => config.Checked());

    /// <summary>This configuration, or an exception that names the setting this library does not build.</summary>
    internal AutoencoderKLConfig Checked()
    {
        Require(Layers.DoubleZ, "double_z", "true", Layers.DoubleZ);
        Require(Layers.Dropout == 0, "dropout", "0", Layers.Dropout);
        Require(!Layers.DownsampleTime, "downsample_time", "false", Layers.DownsampleTime);
        Require(Subband == 1, "subband", "1", Subband);
        Require(TimeShuffle == 1, "time_shuffle", "1", TimeShuffle);
        return this;
    }

    // Bands, and frames, that the reference could fold into channels: read to be refused.
    [JsonInclude] internal int Subband { get; init; } = 1;
    [JsonInclude] internal int TimeShuffle { get; init; } = 1;

    private static void Require(bool met, string key, string expected, object found)
    {
        if (!met) throw new ArgumentException(FormattableString.Invariant(
            $"{key} must be {expected}, as in AudioLDM's published autoencoder, but is {found}."));
    }
}

/// <summary>Geometry of the autoencoder's encoder and decoder, named as in AudioLDM's <c>ddconfig</c>.</summary>
public sealed record AutoencoderLayers
{
    /// <summary>Channels between the decoder and its latents.</summary>
    public required int ZChannels { get; init; }

    /// <summary>The input size that <see cref="AttnResolutions"/> refer to; any other size works too.</summary>
    public int Resolution { get; init; } = 256;

    /// <summary>Channels of the input.</summary>
    public int InChannels { get; init; } = 1;

    /// <summary>Channels of the output.</summary>
    public int OutCh { get; init; } = 1;

    /// <summary>Channels at full resolution.</summary>
    public required int Ch { get; init; }

    /// <summary>Channel multiplier of each level; each level after the first halves time and frequency.</summary>
    public required IReadOnlyList<int> ChMult { get; init; }

    /// <summary>Residual blocks of an encoder level; a decoder level has one more.</summary>
    public required int NumResBlocks { get; init; }

    /// <summary>Resolutions with attention outside the middle: <see cref="Resolution"/>, its half and so on, one for each level.</summary>
    public IReadOnlyList<int> AttnResolutions { get; init; } = [];

    /// <summary>Dropout inside residual blocks; always 0 here.</summary>
    public double Dropout { get; init; }

    /// <summary>Groups of the normalisations, 32 in the reference; at most the number of channels is used.</summary>
    public int NormNumGroups { get; init; } = 32;

    // Whether the encoder gives a log-variance too, and whether it halves time alone: read to be refused.
    [JsonInclude] internal bool DoubleZ { get; init; } = true;
    [JsonInclude] internal bool DownsampleTime { get; init; }

    /// <summary>Whether a level has attention after each of its residual blocks.</summary>
    internal bool Attends(int level) => AttnResolutions.Contains(Resolution >> level);

    /// <summary>Channels of each level.</summary>
    internal int[] LevelChannels() => Levels is null ? [.. ChMult.Select(m => Ch * m)] : [.. Levels];

    // What diffusers writes instead of multipliers: the channels themselves, which need be no multiples of the first.
    [JsonIgnore] internal IReadOnlyList<int>? Levels { get; init; }
}
