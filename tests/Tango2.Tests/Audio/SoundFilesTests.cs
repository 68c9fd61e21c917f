using System.Diagnostics;
using System.Runtime.InteropServices;
using Tango2.Audio;
using Tango2.Cli.Verbs;
using Tango2.Files;
using Tango2.Mini.Foley;

namespace Tango2.Tests.Audio;

/// <summary>Files that other programs made of a known signal; tests/sounds.sh makes them, from the programs that are here.</summary>
public sealed class SoundFilesTests(SoundFilesTests.Files files) : IClassFixture<SoundFilesTests.Files>
{
    private const int Rate = 48_000;

    /// <summary>
    /// A kind, and what is lost by it: the greatest difference of a sample, how many samples it is longer, and how much later
    /// the sound begins in what sox reads, which knows nothing of LAME's tag.
    /// </summary>
    public static TheoryData<string, double, int, int> Kinds => new()
    {
        { "sox-24.wav", 0, 0, 0 },
        { "sox-32.wav", 0, 0, 0 },
        { "sox-float.wav", 0, 0, 0 },
        { "sox-double.wav", 0, 0, 0 },
        { "sox-pipe.wav", 0, 0, 0 },
        { "sox-mulaw.wav", 0.02, 0, 0 },
        { "sox.aiff", 0, 0, 0 },
        { "sox-24.aiff", 0, 0, 0 },
        { "sox-float.aifc", 0, 0, 0 },
        { "sox.au", 0, 0, 0 },
        { "sox.w64", 0, 0, 0 },
        { "sox.caf", 0, 0, 0 },
        { "sox.ogg", 0.02, 0, 0 },
        { "lame.mp3", 0.02, 0, 2257 },
        { "flac.flac", 0, 0, 0 },
        { "ffmpeg-rf64.wav", 0, 0, 0 },
        { "ffmpeg-pipe.wav", 0, 0, 0 },
        { "ffmpeg.mp3", 0.02, 0, 2257 },
        { "ffmpeg.ogg", 0.02, 0, 0 },
        { "ffmpeg.opus", 0.05, 960, 0 },
        { "ffmpeg.webm", 0.05, 960, 0 },
        { "ffmpeg.m4a", 0.02, 1024, 0 },
        { "ffmpeg-alac.m4a", 0, 0, 0 },
        { "ffmpeg.wv", 0, 0, 0 },
        { "ffmpeg.tta", 0, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_is_the_signal_that_it_was_made_of(string name, double error, int longer, int delayInSox)
    {
        var read = Sound.Read(files.At(name));
        Assert.Equal(Rate, read.SampleRate);
        Assert.InRange(read.Samples.Length, files.Signal.Length, files.Signal.Length + longer);
        Assert.Equal(0, Delay(read.Samples, files.Signal));
        Assert.InRange(files.Signal.Zip(read.Samples, (signal, sample) => Math.Abs(signal - sample)).Max(), 0, error);
        Assert.InRange(Level(read.Samples) / Level(files.Signal), 0.99, 1.01);
        if (files.BySox(name) is not { } sox) return;
        Assert.Equal(delayInSox, Delay(sox, read.Samples));
        Assert.InRange(Level(sox) / Level(read.Samples), 0.99, 1.01);
        if (delayInSox == 0) Assert.InRange(sox.Length - read.Samples.Length, -longer, longer);
    }

    [Fact]
    public void An_MP3_without_a_tag_keeps_what_the_encoder_put_before_the_sound()
    {
        var read = Sound.Read(files.At("lame-bare.mp3"));
        Assert.Equal(1105, Delay(read.Samples, files.Signal)); // 576 by LAME, 529 by any decoder
        if (files.BySox("lame-bare.mp3") is { } sox) Assert.Equal(0, Delay(sox, read.Samples));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_cut_off_is_refused_or_told(string name, double error, int longer, int delayInSox)
    {
        _ = (error, longer, delayInSox);
        var bytes = File.ReadAllBytes(files.At(name));
        foreach (var share in (double[])[0.02, 0.5, 0.97])
        {
            var told = WarningsOf.Run(() =>
            {
                try
                {
                    Sound.Decode(bytes[..(int)(share * bytes.Length)], name);
                }
                catch (InvalidDataException refused)
                {
                    Console.Error.WriteLine(refused.Message);
                }
            });
            if (!name.EndsWith("pipe.wav")) Assert.Contains(name, told); // a stream without a size may end anywhere
        }
    }

    [Fact]
    public void A_lossless_stereo_file_gives_the_first_channel_or_the_mean()
    {
        Files.Need("flac");
        var folder = files.Folder.CreateSubdirectory("stereo \"; -y 'x"); // a name that a shell would stumble over
        var (wav, flac) = (Path.Combine(folder.FullName, "-i.wav"), Path.Combine(folder.FullName, "$(s) \".flac"));
        File.WriteAllBytes(wav, Stereo(files.Signal, files.Signal.Reverse().ToArray()));
        Files.Run("flac", "-s", "-f", "-o", flac, wav);
        Assert.Equal(files.Signal, Sound.Read(flac).Samples);
        var mean = Sound.Read(flac, ChannelMix.Mean);
        Assert.Equal(2, mean.FileChannels);
        Assert.Equal((files.Signal[5000] + files.Signal[^5001]) / 2, mean.Samples[5000]);
    }

    [Fact]
    public void A_clip_has_the_same_CLAP_score_in_every_kind()
    {
        using var scope = NewDisposeScope();
        var clip = FoleyWorld.Clip(7, FoleySplit.Test, 0);
        var folder = files.Folder.CreateSubdirectory("clip");
        var wav = Path.Combine(folder.FullName, "source.wav");
        // LAME would leave out what is near the highest frequency of a low rate.
        Wav.Write(wav, Resampler.Resample(new(clip.Render(), FoleyWorld.SampleRate), Rate));
        Files.Make(wav, folder.FullName);
        var clap = MiniModels.Default.Clap("a");
        var kinds = Kinds.Select(kind => kind.Data.Item1).Where(kind => File.Exists(Path.Combine(folder.FullName, kind))).ToArray();
        Assert.SkipWhen(kinds.Length < 10, "There are not all of sox, lame, flac and ffmpeg to make ten kinds.");
        string[] paths = [wav, .. kinds.Select(kind => Path.Combine(folder.FullName, kind))];
        var audio = cat([.. paths.Select(path => ScoreVerb.Clip(Sound.Read(path)).Clip.ToTensor())]);
        var scores = clap.Score(audio, [.. paths.Select(_ => clip.Caption)]);
        // The hiss of 8 bits is a sound of its own to CLAP: 0.036 here.
        Assert.All(kinds.Index(), kind => Assert.True(
            Math.Abs(scores[kind.Index + 1] - scores[0]) < (kind.Item.Contains("mulaw", StringComparison.Ordinal) ? 0.05 : 0.02),
            $"{kind.Item}: {scores[kind.Index + 1]} in place of {scores[0]}."));
    }

    private static double Level(float[] samples) => Math.Sqrt(samples.Average(s => (double)s * s) * samples.Length / Rate);

    // By how many samples the first is later: where their product is greatest.
    private static int Delay(float[] later, float[] first) => Enumerable.Range(-3000, 6001).MaxBy(delay =>
    {
        var sum = 0.0;
        for (var i = 4000; i < first.Length - 4000; i += 3)
            if (i + delay < later.Length) sum += later[i + delay] * first[i];
        return sum;
    });

    private static byte[] Stereo(float[] left, float[] right)
    {
        var bytes = Wav.Encode(new(left.Zip(right).SelectMany(pair => new[] { pair.First, pair.Second }).ToArray(), Rate));
        (bytes[22], bytes[32]) = (2, 4);
        BitConverter.GetBytes(4 * Rate).CopyTo(bytes, 28);
        return bytes;
    }

    /// <summary>The files, made once.</summary>
    public sealed class Files : IDisposable
    {
        public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory();

        /// <summary>1.2 s that rise from 150 Hz to 3.5 kHz with swells, in steps of 16 bits.</summary>
        public float[] Signal { get; } = Enumerable.Range(0, 57_600).Select(i =>
        {
            var t = (double)i / Rate;
            var swell = Math.Sin(Math.PI * t / 1.2) * (0.6 + 0.4 * Math.Sin(2 * Math.PI * 7 * t));
            return (float)(Math.Round(16384 * swell * Math.Sin(2 * Math.PI * (150 * t + 1400 * t * t))) / 32768);
        }).ToArray();

        public Files()
        {
            var source = Path.Combine(Folder.FullName, "signal.wav");
            Wav.Write(source, new(Signal, Rate));
            Make(source, Path.Combine(Folder.FullName, "made"));
        }

        public void Dispose() => Folder.Delete(recursive: true);

        /// <summary>A file that was made; the test is skipped if its program is missing, or ffmpeg that reads it.</summary>
        public string At(string name)
        {
            Need(name.Split('-', '.')[0]);
            if (Path.GetExtension(name) is not (".wav" or ".aiff" or ".mp3" or ".ogg") || name.Contains("mulaw")) Need("ffmpeg");
            return Path.Combine(Folder.FullName, "made", name);
        }

        public float[]? BySox(string name)
        {
            var file = Path.Combine(Folder.FullName, "made", name + ".f32");
            return File.Exists(file) ? MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray() : null;
        }

        public static void Need(string program) => Assert.SkipWhen(
            Programs.Find(program) is null, $"The program {program} is missing: apt-get install sox libsox-fmt-all lame flac ffmpeg.");

        public static void Make(string source, string folder)
        {
            var told = Run("bash", Path.Combine(Golden.Root, "tests", "sounds.sh"), source, folder);
            Assert.DoesNotContain("failed:", told);
        }

        public static string Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var told = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return told;
        }
    }
}
