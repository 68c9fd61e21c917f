// What libsndfile gives where int16 is asked for, written from its documentation: whole numbers of other widths are
// shifted, float numbers are rounded as they are, without being scaled.
namespace Tango2.Audio;

/// <summary>Sound files as the reference's Fréchet audio distance reads them: as whole numbers of 16 bits.</summary>
internal static class SixteenBit
{
    private const float Scale = 32768;

    /// <summary>The mean of a file's channels. A float file within [−1, 1] is all but silence here.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no sound file, or is damaged.</exception>
    public static Waveform Decode(byte[] bytes, string name)
    {
        var mixer = new ChannelMixer(name, ChannelMix.Mean) { Quiet = true };
        var isFloat = Wav.IsFloat(bytes, mixer);
        return Sound.Decode(bytes, mixer with
        {
            Each = sample => Math.Clamp(isFloat ? MathF.Round(sample) : MathF.Floor(sample * Scale), -Scale, Scale - 1) / Scale,
        });
    }
}
