using Tango2.Audio;
using Tango2.Mini.Lab;

namespace Tango2.Tests.Mini.Lab;

public class ToneBankTests
{
    private static readonly MelConfig Config = MiniScale.Mel;

    [Theory]
    [InlineData(450)]
    [InlineData(1100)]
    [InlineData(2350)]
    [InlineData(5000)]
    public void A_tone_comes_back_at_its_pitch_and_level(double hertz)
    {
        using var scope = NewDisposeScope();
        var played = new ToneBank(Config).Play(Mel(0.4 * Tone(hertz)));
        var spectrum = fft.rfft(played[0] * hann_window(Config.ClipSamples)).abs() / (Config.ClipSamples / 4);
        var (level, peak) = spectrum.max(0);
        var found = peak.item<long>() * (double)Config.SampleRate / Config.ClipSamples;
        Assert.Equal(hertz, found, 1.0);
        Assert.Equal(0.4, level.item<float>(), 0.05);
    }

    [Fact]
    public void Its_waves_repeat_with_the_hop_and_never_leave_the_range()
    {
        using var scope = NewDisposeScope();
        var played = new ToneBank(Config).Play(zeros(1, 1, 40, Config.MelBins) + 3)[0];
        Assert.Equal(40 * Config.HopLength, played.shape[0]);
        Assert.InRange(played.abs().max().item<float>(), 0.5, 0.95);
        var (one, next) = (played.narrow(0, 10 * Config.HopLength, Config.HopLength), played.narrow(0, 11 * Config.HopLength, Config.HopLength));
        Assert.True((one - next).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void Silence_stays_silence()
    {
        using var scope = NewDisposeScope();
        var played = new ToneBank(Config).Play(Mel(zeros(Config.ClipSamples)));
        Assert.True(played.abs().max().item<float>() < 1e-3);
    }

    private static Tensor Tone(double hertz) =>
        cos(arange(Config.ClipSamples, dtype: float64) * (2 * Math.PI * hertz / Config.SampleRate)).to(float32);

    private static Tensor Mel(Tensor waveform) =>
        new TacotronMel(Config).Transform(waveform.unsqueeze(0), Config.ClipFrames);
}
