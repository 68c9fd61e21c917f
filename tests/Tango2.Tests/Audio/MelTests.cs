using Tango2.Audio;
using Tango2.Checkpoints;

namespace Tango2.Tests.Audio;

public class MelTests
{
    private static readonly Dictionary<string, Tensor> Tacotron =
        Read("tacotron_mel").ToDictionary(t => t.Key, t => t.Value.DetachFromDisposeScope());

    public static TheoryData<string> Files =>
        ["mono16k_float", "stereo16k_pcm16", "mono44k_pcm16", "long16k_float", "silence16k_float"];

    public static TheoryData<int, int> Rates => new() { { 44100, 16000 }, { 48000, 16000 }, { 16000, 48000 }, { 22050, 16000 } };

    [Fact]
    public void Filter_bank_is_the_references()
    {
        using var scope = NewDisposeScope();
        Golden.Close(Tacotron["mel_basis"], MelFilterbank.Build(MelConfig.Tango2), 1e-7, 0, "mel_basis");
        Golden.Close(Read("clap")["audio_branch.logmel_extractor.melW"].t(), MelFilterbank.Build(MelConfig.Clap), 1e-7, 0, "CLAP");
        Golden.Close(Read("panns_cnn14")["logmel_extractor.melW"].t(), MelFilterbank.Build(MelConfig.Cnn14), 1e-7, 0, "Cnn14");
    }

    [Fact]
    public void Tacotron_mel_is_the_references()
    {
        using var scope = NewDisposeScope();
        var waveform = Tacotron["input.waveform"].unsqueeze(0);
        var mel = new TacotronMel(MelConfig.Tango2).Transform(waveform);
        Golden.Close(Tacotron["output.mel"].transpose(1, 2).unsqueeze(1), mel, 1e-3, 1e-3, "mel");
        var magnitude = new MelSpectrogram(MelConfig.Tango2).Magnitude(waveform);
        Golden.Close(Tacotron["output.energy"], magnitude.norm(2), 1e-3, 1e-5, "energy");
        Golden.Close(Tacotron["output.magnitude_log_every8"].transpose(1, 2),
            magnitude.clamp_min(1e-5).log()[.., .., TensorIndex.Slice(0, null, 8)], 5e-3, 0, "log magnitude");
    }

    [Theory, MemberData(nameof(Rates))]
    public void Resampling_is_the_references(int from, int to)
    {
        using var scope = NewDisposeScope();
        Golden.Close(Tacotron[$"output.resample.{from}_{to}"],
            Resampler.Resample(Tacotron[$"input.resample.{from}_{to}"], from, to), 1e-6, 0, $"{from} to {to}");
    }

    [Fact]
    public void Resampling_down_and_up_keeps_a_low_tone()
    {
        using var scope = NewDisposeScope();
        var tone = (arange(4800, float32) * (2 * Math.PI * 440 / 48000)).sin().unsqueeze(0);
        var back = Resampler.Resample(Resampler.Resample(tone, 48000, 16000), 16000, 48000);
        Golden.Close(tone[.., 500..4300], back[.., 500..4300], 2e-2, 0, "tone");
    }

    [Theory, MemberData(nameof(Files))]
    public void Training_audio_is_the_references(string file)
    {
        using var scope = NewDisposeScope();
        var samples = Tacotron[$"input.file.{file}.samples"][0];
        var rate = (int)Tacotron[$"input.file.{file}.sample_rate"].item<long>();
        var prepared = TrainingAudio.Prepare(Waveform.FromTensor(samples, rate), MelConfig.Tango2 with { ClipSamples = 128 * 160 });
        // The reference's silence is NaN here, and zero one step later.
        Golden.Close(Tacotron[$"output.file.{file}.read_wav_file"].nan_to_num(0), prepared, 1e-6, 0, "waveform");
        Golden.Close(Tacotron[$"output.file.{file}.fbank"].unsqueeze(1),
            new TacotronMel(MelConfig.Tango2).Transform(prepared, 128), 1e-3, 1e-3, "mel");
    }

    [Fact]
    public void Normalisation_is_the_references()
    {
        using var scope = NewDisposeScope();
        Golden.Close(Tacotron["output.normalize_wav"],
            TrainingAudio.Normalize(Tacotron["input.waveform"].unsqueeze(0))[0], 1e-6, 0, "normalize_wav");
    }

    [Fact]
    public void Silence_is_the_floor_of_the_mel()
    {
        using var scope = NewDisposeScope();
        var mel = new TacotronMel(MelConfig.Mini).Transform(TrainingAudio.Prepare(zeros(1, 100), 4096));
        Golden.Close(full_like(mel, Math.Log(1e-5)), mel, 1e-6, 0, "mel");
    }

    [Fact]
    public void Target_length_drops_the_last_frame_or_adds_zeros()
    {
        using var scope = NewDisposeScope();
        var front = new TacotronMel(MelConfig.Mini);
        var waveform = randn([1, MelConfig.Mini.ClipSamples], generator: new Generator(7)) * 0.1;
        var all = front.Transform(waveform);
        Assert.Equal([1, 1, 129, 32], all.shape);
        Golden.Close(all[.., .., ..128], front.Transform(waveform, MelConfig.Mini.ClipFrames), 0, 0, "cropped");
        var padded = front.Transform(waveform, 131);
        Golden.Close(all, padded[.., .., ..129], 0, 0, "kept");
        Golden.Close(zeros(1, 1, 2, 32), padded[.., .., 129..], 0, 0, "added");
    }

    [Fact]
    public void Gradients_reach_the_waveform_also_from_silence()
    {
        using var scope = NewDisposeScope();
        var waveform = cat([randn([1, 4096], generator: new Generator(8)) * 0.1, zeros(1, 4096)]).requires_grad_();
        new TacotronMel(MelConfig.Mini).Transform(waveform).mean().backward();
        Assert.True(waveform.grad!.isfinite().all().item<bool>());
        Assert.True(waveform.grad![0].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        var front = new TacotronMel(MelConfig.Mini);
        var waveform = randn([2, 5000], generator: new Generator(9)) * 0.1;
        Golden.Close(front.Transform(waveform), cat([front.Transform(waveform[..1]), front.Transform(waveform[1..])]), 1e-5, 0, "mel");
    }

    [Fact]
    public void Clap_mel_is_the_references()
    {
        using var scope = NewDisposeScope();
        var golden = Read("clap");
        var front = new ClapMel(MelConfig.Clap);
        for (var i = 0; i < 2; i++)
        {
            var mel = front.Transform(front.Prepare(golden[$"input.waveform.{i}"].unsqueeze(0)));
            Golden.Close(golden["output.logmel_db.every4"][i], mel[0, 0][TensorIndex.Slice(0, null, 4)], 5e-3, 0, $"waveform {i}");
        }
    }

    [Fact]
    public void Clap_mel_with_fusion_uses_the_htk_filters()
    {
        using var scope = NewDisposeScope();
        var golden = Read("clap_fusion");
        var front = new ClapMel(MelConfig.Clap with { Scale = MelScale.Htk });
        var mel = front.Transform(front.Prepare(golden["input.waveform.1"].unsqueeze(0)));
        Golden.Close(golden["output.mel_fusion.1.every25"][0], mel[0, 0][TensorIndex.Slice(0, null, 25)], 1e-2, 0, "mel");
    }

    [Fact]
    public void Clap_takes_the_beginning_of_a_long_waveform()
    {
        using var scope = NewDisposeScope();
        var front = new ClapMel(MelConfig.ClapMini);
        var waveform = linspace(-1.5, 1.5, 50_000).unsqueeze(0);
        var prepared = front.Prepare(waveform);
        Assert.Equal([1, 40_960], prepared.shape);
        Assert.Equal(-1, prepared[0, 0].item<float>());
        Golden.Close(waveform.clamp(-1, 1)[.., ..40_960], prepared, 1.0 / 32767, 0, "beginning");
    }

    [Fact]
    public void Cnn14_mel_is_the_references()
    {
        using var scope = NewDisposeScope();
        var golden = Read("panns_cnn14");
        var front = new Cnn14Mel(MelConfig.Cnn14);
        Golden.Close(golden["output.power_spectrogram.every8"],
            front.PowerSpectrum(golden["input.waveform"])[.., TensorIndex.Slice(0, null, 8)], 1e-2, 1e-4, "power");
        Golden.Close(golden["output.logmel"], front.Transform(golden["input.waveform"]).squeeze(1), 5e-3, 0, "mel");
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
        var front = new TacotronMel(MelConfig.Mini);
        var clap = new ClapMel(MelConfig.ClapMini);
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
            () => new TacotronMel(MelConfig.Mini).Transform(zeros(1, 512))).Message);
        Assert.Contains("must be [B, N], but is [5]", Assert.Throws<ArgumentException>(
            () => new TacotronMel(MelConfig.Mini).Transform(zeros(5))).Message);
        Assert.Contains("0 to 8000 Hz, but is 0 to 9000", Assert.Throws<ArgumentException>(
            () => MelFilterbank.Build(MelConfig.Mini with { MaxFrequency = 9000 })).Message);
        Assert.Contains("has none", Assert.Throws<ArgumentException>(
            () => new ClapMel(MelConfig.ClapMini).Prepare(zeros(1, 0))).Message);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => Waveform.FromTensor(zeros(2, 3), 8000)).Message);
    }

    private static Dictionary<string, Tensor> Read(string name) => SafeTensors.Read(Golden.Path(name + ".safetensors"));
}
