using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Published;

/// <summary>main_config.json of a published Tango: the repositories and the file that it is made of.</summary>
[Unread("snr_gamma", "freeze_text_encoder", "uncondition")] // of training
internal sealed record TangoConfig
{
    /// <summary>The repository of the text encoder's configuration and tokenizer, such as google/flan-t5-large.</summary>
    public required string TextEncoderName { get; init; }

    /// <summary>The repository of the scheduler's configuration, such as stabilityai/stable-diffusion-2-1.</summary>
    public required string SchedulerName { get; init; }

    /// <summary>The denoiser's configuration, relative to where the reference is run.</summary>
    public string? UnetModelConfigPath { get; init; }

    /// <summary>A repository with a denoiser, from which the reference could start; only null is known.</summary>
    [JsonInclude]
    internal string? UnetModelName { get; init; }

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="InvalidDataException">A key is missing or unknown, or names what is not built.</exception>
    public static TangoConfig FromJson(string json) => ConfigJson.Read<TangoConfig>(json, "a Tango (main_config.json)", Checked);

    private static TangoConfig Checked(TangoConfig config)
    {
        if (config.UnetModelName is { } name)
            throw new ArgumentException(
                $"unet_model_name must be null, with unet_model_config_path in its place, but is '{name}'.");
        foreach (var repository in new[] { config.TextEncoderName, config.SchedulerName })
        {
            var parts = repository.Split('/');
            if (parts.Length > 2 || parts.Any(p => p.Length == 0 || p.StartsWith('.') || p.Contains('\\', StringComparison.Ordinal)))
                throw new ArgumentException($"'{repository}' is not a repository's name, such as google/flan-t5-large.");
        }
        return config;
    }
}
