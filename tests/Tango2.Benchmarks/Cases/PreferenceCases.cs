using System.Globalization;
using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Mini;
using Tango2.Models;

namespace Tango2.Benchmarks.Cases;

/// <summary>A whole step of diffusion-DPO, from sound files and prompts to updated weights.</summary>
/// <remarks>
/// The reference encodes files and prompts anew in each step. The library does it once before training; what that
/// costs is the variant <see cref="PreferenceStep.Preparing"/>, which the table adds in full and spread over five epochs.
/// </remarks>
internal static class PreferenceCases
{
    /// <summary>The cases.</summary>
    public static IReadOnlyList<PairedCase> All { get; } =
    [
        Of("dpo-mini", "every network as the mini scale has it", new(
            UNetCases.Mini, MiniScale.Vae, MiniScale.TextEncoder, MiniScale.Mel, Pairs: 16, Tokens: 32, Beta: 1000)),
        Of("dpo-middle", "published autoencoder and text encoder, middle U-Net", new(
            UNetCases.Middle, AutoencoderKLConfig.Tango2, T5Config.FlanT5Large, MelConfig.Tango2, Pairs: 2, Tokens: 64,
            Beta: 2000)),
    ];

    private static PairedCase Of(string name, string networks, PreferenceSizes sizes) => new(
        name, FormattableString.Invariant($"DPO step, {sizes.Pairs} pairs: {networks}"),
        folder => Describe(sizes, folder),
        folder => new PreferenceStep(sizes, Files(folder, sizes, "winner"), Files(folder, sizes, "loser")))
    {
        Variants = PreferenceStep.Variants,
        Prepare = folder => WriteNoise([.. Files(folder, sizes, "winner"), .. Files(folder, sizes, "loser")], sizes),
    };

    private static JsonObject Describe(PreferenceSizes sizes, string folder) => Words.Case(
        "dpo", ("unet", Words.Of(sizes.UNet)), ("vae", Words.Of(sizes.Vae)), ("text", Words.Of(sizes.Text)),
        ("mel", Words.Of(sizes.Mel)), ("winners", Words.Of(Files(folder, sizes, "winner"))),
        ("losers", Words.Of(Files(folder, sizes, "loser"))), ("tokens", sizes.Tokens), ("beta", sizes.Beta));

    private static string[] Files(string folder, PreferenceSizes sizes, string which) =>
    [
        .. Enumerable.Range(0, sizes.Pairs).Select(i => Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $"{which}-{sizes.Mel.ClipSamples}-{i}.wav"))),
    ];

    private static void WriteNoise(string[] files, PreferenceSizes sizes)
    {
        using var generator = new Generator(1);
        foreach (var file in files)
        {
            using var samples = rand(sizes.Mel.ClipSamples, generator: generator);
            Wav.Write(file, Waveform.FromTensor(samples, sizes.Mel.SampleRate));
        }
    }
}
