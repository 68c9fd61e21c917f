using Tango2.Files;

namespace Tango2.Models;

/// <summary>What a published Tango is made of: the keys of its main_config.json.</summary>
public sealed record TangoConfig
{
    /// <summary>The text encoder's name at its publisher, as google/flan-t5-large.</summary>
    public required string TextEncoderName { get; init; }

    /// <summary>Whose noise schedule is used, as stabilityai/stable-diffusion-2-1.</summary>
    public required string SchedulerName { get; init; }

    /// <summary>A ready U-Net to start from; null where the configuration is given.</summary>
    public string? UnetModelName { get; init; }

    /// <summary>The U-Net's configuration, a path within the paper's repository; null where a ready one is named.</summary>
    public string? UnetModelConfigPath { get; init; }

    /// <summary>γ of the Min-SNR weights in training; null for none.</summary>
    public double? SnrGamma { get; init; }

    /// <summary>Whether training leaves the text encoder as it is.</summary>
    public bool FreezeTextEncoder { get; init; } = true;

    /// <summary>Whether training drops a tenth of the prompts.</summary>
    public bool Uncondition { get; init; }

    /// <summary>Reads the text of a main_config.json; unknown keys are refused.</summary>
    /// <exception cref="InvalidDataException">The text is not such a configuration.</exception>
    public static TangoConfig FromJson(string json) =>
        ConfigJson.Read<TangoConfig>(json, "a Tango (main_config.json)", config =>
            (config.UnetModelName ?? config.UnetModelConfigPath) is not null ? config : throw new ArgumentException(
                "unet_model_name and unet_model_config_path are both missing."));
}
