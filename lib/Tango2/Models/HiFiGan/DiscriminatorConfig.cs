namespace Tango2.Models;

/// <summary>Geometry of HiFi-GAN's discriminators.</summary>
public sealed record DiscriminatorConfig
{
    /// <summary>Periods, in samples, that a waveform is folded at: one discriminator for each.</summary>
    public required IReadOnlyList<int> Periods { get; init; }

    /// <summary>Convolutions of each period discriminator, along the periods.</summary>
    public required IReadOnlyList<DiscriminatorLayer> PeriodLayers { get; init; }

    /// <summary>Number of scales: each after the first sees the waveform at half the rate of the one before.</summary>
    public required int Scales { get; init; }

    /// <summary>Convolutions of each scale discriminator.</summary>
    public required IReadOnlyList<DiscriminatorLayer> ScaleLayers { get; init; }

    /// <summary>HiFi-GAN's published discriminators.</summary>
    public static DiscriminatorConfig HiFiGan { get; } = new()
    {
        Periods = [2, 3, 5, 7, 11],
        PeriodLayers = [new(32, 5, 3), new(128, 5, 3), new(512, 5, 3), new(1024, 5, 3), new(1024, 5)],
        Scales = 3,
        ScaleLayers =
        [
            new(128, 15), new(128, 41, 2, 4), new(256, 41, 2, 16), new(512, 41, 4, 16),
            new(1024, 41, 4, 16), new(1024, 41, 1, 16), new(1024, 5),
        ],
    };

    /// <summary>Small enough to train on a processor beside <see cref="HiFiGanConfig.Mini"/>.</summary>
    public static DiscriminatorConfig Mini { get; } = new()
    {
        Periods = [2, 3, 5],
        PeriodLayers = [new(8, 5, 3), new(16, 5, 3), new(32, 5, 3), new(32, 5)],
        Scales = 2,
        ScaleLayers = [new(8, 15, 2), new(16, 41, 4, 4), new(32, 41, 4, 4), new(32, 5)],
    };
}
