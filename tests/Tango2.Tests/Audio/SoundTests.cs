using Tango2.Audio;
using Tango2.Files;

namespace Tango2.Tests.Audio;

/// <summary>Kinds by content, channels, and messages; files of other programs are in SoundFilesTests.</summary>
public sealed class SoundTests
{
    // 8 kHz, two channels of 16 bits, two frames: (0.5, −0.5), (−0.25, 0.5).
    private static readonly byte[] Aiff =
    [
        .. "FORM"u8, 0, 0, 0, 54, .. "AIFFCOMM"u8, 0, 0, 0, 18, 0, 2, 0, 0, 0, 2, 0, 16, 0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0,
        .. "SSND"u8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0xC0, 0, 0xE0, 0, 0x40, 0,
    ];

    private static string Message(byte[] file) => Assert.Throws<InvalidDataException>(() => Sound.Decode(file, "x")).Message;

    [Fact]
    public void An_AIFF_file_is_read_by_the_rule_that_is_asked_for()
    {
        var first = Sound.Decode(Aiff);
        Assert.Equal((8000, 2), (first.SampleRate, first.FileChannels));
        Assert.Equal([0.5f, -0.25f], first.Samples);
        Assert.Equal([0, 0.125f], Sound.Decode(Aiff, "x", ChannelMix.Mean).Samples);
    }

    [Fact]
    public void An_AIFF_file_cut_off_anywhere_is_refused()
    {
        for (var length = 0; length < Aiff.Length; length++) Assert.StartsWith("x: ", Message(Aiff[..length]));
        Assert.Contains("the file is cut off", Message(Aiff[..^1]));
        var lies = (byte[])Aiff.Clone();
        lies[25] = 3; // frames
        Assert.Contains("its 3 frames of 4 bytes do not fit into its 8 bytes of data", Message(lies));
    }

    [Fact]
    public void Channels_that_cancel_out_are_told()
    {
        var file = (byte[])Aiff.Clone(); // (0.5, −0.5), (−0.25, 0.25)
        (file[^4], file[^3], file[^2], file[^1]) = (0xE0, 0, 0x20, 0);
        Assert.Contains("the mean of its 2 channels is silent; channel 1 is not: they cancel out",
            WarningsOf.Run(() => Sound.Decode(file, "x", ChannelMix.Mean)));
    }

    [Fact]
    public void What_is_no_sound_is_refused()
    {
        Assert.Equal("x: expected a sound file such as WAV, AIFF, MP3, Ogg or FLAC, found no bytes; " +
            "convert it to WAV first, for example with ffmpeg.", Message([]));
        Assert.Contains("found other bytes", Message([.. "#EXTM3U\nhttp://localhost/x.mp3\n"u8]));
        Assert.Contains("found other bytes", Message([0xFF, 0xFE, 0x41, 0, 0x42, 0]));   // text in UTF-16
        Assert.Contains("as MP3: ", Message([.. "ID3"u8, 3, 0, 0, 0, 0, 0, 2, 0, 0])); // a tag and no more
    }

    [Fact]
    public void Without_ffmpeg_its_kinds_are_refused_with_what_to_install()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", Path.GetTempPath());
        try
        {
            Assert.Equal("x: it is FLAC, which the program ffmpeg decodes, and no folder of PATH holds ffmpeg: " +
                "install it (on Debian: apt-get install ffmpeg), or convert the file to WAV.", Message([.. "fLaC"u8, 0, 0, 0, 34]));
            Assert.Equal([0.5f, -0.25f], Sound.Decode(Aiff).Samples);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_in_ffmpegs_words()
    {
        Assert.SkipWhen(Programs.Find("ffmpeg") is null, "The program ffmpeg is missing.");
        Assert.StartsWith("x: it is FLAC, cut off or damaged, or without sound; ffmpeg says: ", Message([.. "fLaC"u8, .. new byte[60]]));
    }

    [Theory]
    [InlineData(WavSamples.Int24, 8388607 / 8388608f, -1f)]
    [InlineData(WavSamples.Float32, 7f, -7f)]
    public void Twenty_four_bits_and_floats_come_back_exactly(WavSamples kind, float most, float least)
    {
        var samples = Enumerable.Range(-1000, 2001).Select(i => i * 8387 / 8388608f).ToArray();
        Assert.Equal(samples, Sound.Decode(Wav.Encode(new(samples, 44_100), kind)).Samples);
        WarningsOf.Run(() => Assert.Equal([0, most, least], Sound.Decode(Wav.Encode(new([0, 7, -7], 8000), kind)).Samples));
        Assert.Contains("Sample 1 is NaN", Assert.Throws<ArgumentException>(() => Wav.Encode(new([0, float.NaN], 8000), kind)).Message);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(1);
        foreach (var file in (byte[][])[Aiff, Wav.Encode(new([0.1f, 0.2f], 8000)), [0xFF, 0xFB, 0x50, 0xC4, .. new byte[400]]])
        {
            for (var i = 0; i < 500; i++)
            {
                var damaged = (byte[])file.Clone();
                for (var n = 0; n < 3; n++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                WarningsOf.Run(() =>
                {
                    try
                    {
                        Sound.Decode(damaged, "x");
                    }
                    catch (InvalidDataException)
                    {
                    }
                });
            }
        }
    }
}
