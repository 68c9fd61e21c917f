using Tango2.Audio;

namespace Tango2.Tests.Audio;

public class MelTests
{
    private static readonly MelConfig ClapGeometry = MiniScale.Mel with { MelBins = 64, MinFrequency = 50 };

    [Fact]
    public void Resampling_down_and_up_keeps_a_low_tone()
    {
        using var scope = NewDisposeScope();
        var tone = (arange(4800, float32) * (2 * Math.PI * 440 / 48000)).sin().unsqueeze(0);
        var back = Resampler.Resample(Resampler.Resample(tone, 48000, 16000), 16000, 48000);
        Golden.Close(tone[.., 500..4300], back[.., 500..4300], 2e-2, 0, "tone");
    }

    [Fact]
    public void Silence_is_the_floor_of_the_mel()
    {
        using var scope = NewDisposeScope();
        var mel = new TacotronMel(MiniScale.Mel).Transform(TrainingAudio.Prepare(zeros(1, 100), 4096));
        Golden.Close(full_like(mel, Math.Log(1e-5)), mel, 1e-6, 0, "mel");
    }

    [Fact]
    public void Target_length_drops_the_last_frame_or_adds_zeros()
    {
        using var scope = NewDisposeScope();
        var front = new TacotronMel(MiniScale.Mel);
        var waveform = randn([1, MiniScale.Mel.ClipSamples], generator: new Generator(7)) * 0.1;
        var all = front.Transform(waveform);
        Assert.Equal([1, 1, 129, 32], all.shape);
        Golden.Close(all[.., .., ..128], front.Transform(waveform, MiniScale.Mel.ClipFrames), 0, 0, "cropped");
        var padded = front.Transform(waveform, 131);
        Golden.Close(all, padded[.., .., ..129], 0, 0, "kept");
        Golden.Close(zeros(1, 1, 2, 32), padded[.., .., 129..], 0, 0, "added");
    }

    [Fact]
    public void An_odd_bin_is_dropped_where_the_length_is_given()
    {
        using var scope = NewDisposeScope();
        var front = new TacotronMel(MiniScale.Mel with { MelBins = 31 });
        var waveform = randn([1, 4096], generator: new Generator(7)) * 0.1;
        Golden.Close(front.Transform(waveform)[.., .., ..10, ..30], front.Transform(waveform, 10), 0, 0, "even bins");
    }

    [Fact]
    public void Gradients_reach_the_waveform_also_from_silence()
    {
        using var scope = NewDisposeScope();
        var waveform = cat([randn([1, 4096], generator: new Generator(8)) * 0.1, zeros(1, 4096)]).requires_grad_();
        new TacotronMel(MiniScale.Mel).Transform(waveform).mean().backward();
        Assert.True(waveform.grad!.isfinite().all().item<bool>());
        Assert.True(waveform.grad![0].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        var front = new TacotronMel(MiniScale.Mel);
        var waveform = randn([2, 5000], generator: new Generator(9)) * 0.1;
        Golden.Close(front.Transform(waveform), cat([front.Transform(waveform[..1]), front.Transform(waveform[1..])]), 1e-5, 0, "mel");
    }

    [Fact]
    public void Clap_takes_the_beginning_of_a_long_waveform()
    {
        using var scope = NewDisposeScope();
        var front = new ClapMel(ClapGeometry);
        var waveform = linspace(-1.5, 1.5, 50_000).unsqueeze(0);
        var prepared = front.Prepare(waveform);
        Assert.Equal([1, 40_960], prepared.shape);
        Assert.Equal(-1, prepared[0, 0].item<float>());
        Golden.Close(waveform.clamp(-1, 1)[.., ..40_960], prepared, 1.0 / 32767, 0, "beginning");
    }

    [Fact]
    public void Cnn14_input_has_no_mean_and_at_least_two_seconds()
    {
        using var scope = NewDisposeScope();
        var front = new Cnn14Mel(MelConfig.Cnn14);
        var prepared = front.Prepare(rand([2, 16_000], generator: new Generator(3)));
        Assert.Equal([2, 32_000], prepared.shape);
        Golden.Close(zeros(2), prepared.sum([1]), 1e-2, 0, "mean");
        Assert.Equal([2, 40_000], front.Prepare(zeros(2, 40_000)).shape);
    }

    [Fact]
    public void Nothing_leaks()
    {
        var front = new TacotronMel(MiniScale.Mel);
        var clap = new ClapMel(ClapGeometry);
        using var waveform = ones(1, 5000);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope()) front.Transform(TrainingAudio.Prepare(waveform, 4000), 10);
        using (NewDisposeScope()) clap.Transform(clap.Prepare(waveform));
        using (NewDisposeScope()) Resampler.Resample(waveform, 3, 2);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Messages_say_what_to_do()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("more than 512 samples", Assert.Throws<ArgumentException>(
            () => new TacotronMel(MiniScale.Mel).Transform(zeros(1, 512))).Message);
        Assert.Contains("must be [B, N], but is [5]", Assert.Throws<ArgumentException>(
            () => new TacotronMel(MiniScale.Mel).Transform(zeros(5))).Message);
        Assert.Contains("0 to 8000 Hz, but is 0 to 9000", Assert.Throws<ArgumentException>(
            () => MelFilterbank.Build(MiniScale.Mel with { MaxFrequency = 9000 })).Message);
        Assert.Contains("has none", Assert.Throws<ArgumentException>(
            () => new ClapMel(ClapGeometry).Prepare(zeros(1, 0))).Message);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => Waveform.FromTensor(zeros(2, 3), 8000)).Message);
    }

    [Fact]
    public void Fusion_chooses_its_parts_within_thirds_of_a_long_clip_and_repeats_a_short_one()
    {
        using var scope = NewDisposeScope();
        var front = new ClapFusionMel(ClapGeometry with { Scale = MelScale.Htk }); // 129 frames of 320 samples
        Assert.Equal([(0, 4), (4, 7), (7, 10)], front.StartRanges(40_960 + 9 * 320));
        Assert.Equal([(0, 1), (1, 2), (0, 1)], front.StartRanges(40_960 + 320));
        Assert.Empty(front.StartRanges(40_960 + 319));
        var starts = front.ChooseStarts(60_000, new Random(1));
        Assert.Equal(starts, front.ChooseStarts(60_000, new Random(1)));
        var clip = randn([1, 60_000], generator: new Generator(5)) * 0.1;
        var (mel, longer) = front.Transform(clip, starts);
        Assert.True(longer);
        Assert.Equal([4, 129, 64], mel.shape);
        var (whole, _) = front.Transform(clip[.., ..40_960], []);
        Golden.Close(whole[0], whole[3], 0, 0, "a short clip's parts");
        var error = Assert.Throws<ArgumentException>(() => front.Transform(clip, []));
        Assert.Contains("needs 3 starts, but got 0", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => front.Transform(clip, [0, 1, 99]));
        Assert.Contains("starts must lie in 0 to 59, but are 0, 1, 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vggish_drops_what_is_left_of_a_clip_and_has_no_example_of_a_short_one()
    {
        using var scope = NewDisposeScope();
        var front = new VggishMel(MelConfig.Vggish);
        var clip = randn([2, 400 + 160 * 200], generator: new Generator(6)) * 0.1;
        Assert.Equal([2, 201, 64], front.Transform(clip).shape);
        Assert.Equal([4, 1, 96, 64], front.Examples(clip).shape);
        Assert.Equal([0, 1, 96, 64], front.Examples(clip[.., ..399]).shape);
        Golden.Close(front.Examples(clip[1..]), front.Examples(clip)[2..], 1e-6, 0, "second clip");
    }
}
