using Tango2.Hub;
using Tango2.Pipelines;

namespace Tango2.Published;

/// <summary>What a published model is built with beside its own files.</summary>
public sealed record TangoOptions
{
    /// <summary>The file with the denoiser's configuration; null looks for the one that main_config.json names.</summary>
    public string? UNetConfig { get; init; }

    /// <summary>
    /// The folder with the text encoder's config.json and spiece.model; null looks for the repository that main_config.json
    /// names.
    /// </summary>
    public string? TextEncoder { get; init; }

    /// <summary>The hub's cache with the repositories that main_config.json names; null takes the one of the snapshot.</summary>
    public HubCache? Cache { get; init; }

    /// <summary>Where the networks are to be; null takes the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>The number type of the denoiser's weights; see <see cref="TextToAudio.To"/>.</summary>
    public Precision Precision { get; init; }
}
