namespace Tango2.Mini.Foley;

/// <summary>The eighteen sounds of the mini world.</summary>
internal static class SoundEvents
{
    private const EventKind Discrete = EventKind.Discrete, Continuous = EventKind.Continuous;

    /// <summary>All events; each event's <see cref="SoundEvent.Index"/> is its place here.</summary>
    public static IReadOnlyList<SoundEvent> All { get; } =
    [
        new(0, "bark", Discrete, AnimalVoices.Bark, 0.14, 0.26, maxCount: 4),
        new(1, "rain", Continuous, TextureVoices.Rain, 0.30, 10, background: true),
        new(2, "bell", Discrete, StruckVoices.Bell, 0.30, 1.00, maxCount: 3),
        new(3, "engine", Continuous, TextureVoices.Engine, 0.35, 10, background: true),
        new(4, "knock", Discrete, StruckVoices.Knock, 0.09, 0.14, maxCount: 5),
        new(5, "siren", Continuous, SignalVoices.Siren, 0.40, 10),
        new(6, "meow", Discrete, AnimalVoices.Meow, 0.28, 0.65, maxCount: 3),
        new(7, "wind", Continuous, TextureVoices.Wind, 0.45, 10, background: true),
        new(8, "honk", Discrete, SignalVoices.Honk, 0.20, 0.55, maxCount: 3),
        new(9, "glass", Discrete, StruckVoices.Glass, 0.30, 0.70),
        new(10, "applause", Continuous, TextureVoices.Applause, 0.35, 10, background: true),
        new(11, "chirp", Discrete, AnimalVoices.Chirp, 0.08, 0.15, maxCount: 5),
        new(12, "thunder", Continuous, TextureVoices.Thunder, 0.45, 10),
        new(13, "beep", Discrete, SignalVoices.Beep, 0.10, 0.20, maxCount: 5),
        new(14, "saw", Continuous, TextureVoices.Saw, 0.45, 10),
        new(15, "croak", Discrete, AnimalVoices.Croak, 0.20, 0.38, maxCount: 3),
        new(16, "whistle", Discrete, SignalVoices.Whistle, 0.25, 0.70, maxCount: 3),
        new(17, "ring", Discrete, SignalVoices.Ring, 0.25, 0.60, maxCount: 3),
    ];

    /// <summary>The event called <paramref name="key"/>.</summary>
    public static SoundEvent ByKey(string key) =>
        All.FirstOrDefault(sound => sound.Key == key) ?? throw new ArgumentException(
            $"There is no sound event '{key}'; there are {string.Join(", ", All)}.", nameof(key));
}
