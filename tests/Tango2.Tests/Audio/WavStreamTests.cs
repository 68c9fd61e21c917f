using System.Buffers.Binary;
using Tango2.Audio;

namespace Tango2.Tests.Audio;

/// <summary>Files as programs write them to pipes, RF64, and what is odd about a file's sound.</summary>
public class WavStreamTests
{
    private static readonly byte[] Format = [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0]; // 8 kHz, mono, 16 bits
    private static readonly byte[] Two = [0, 0x40, 0, 0xC0];                                              // 0.5, −0.5

    private static byte[] Chunk(string id, uint size, params byte[] content) =>
        [.. System.Text.Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(size), .. content];

    private static byte[] Wave(string head, uint size, params byte[][] chunks) =>
        [.. Chunk(head, size, [.. "WAVE"u8]), .. chunks.SelectMany(c => c)];

    private static byte[] Ds64(ulong data) => Chunk("ds64", 28,
        [.. BitConverter.GetBytes(1000UL), .. BitConverter.GetBytes(data), .. BitConverter.GetBytes(2UL), 0, 0, 0, 0]);

    // cases: wav/stream_ffffffff.wav
    [Theory]
    [InlineData(0xFFFFFFFF, 0xFFFFFFFF)]
    [InlineData(0, 0)]
    [InlineData(0x7FFFFFFF, 0x7FFFFFDB)]
    [InlineData(0x7FFFF024, 0x7FFFF000)]
    [InlineData(0x80000024, 0x80000000)]
    public void A_file_without_a_size_is_read_to_its_end(uint riff, uint data) => Assert.Equal([0.5f, -0.5f],
        Wav.Decode(Wave("RIFF", riff, Chunk("fmt ", 16, Format), Chunk("LIST", 4, 1, 2, 3, 4), Chunk("data", data, Two))).Samples);

    [Fact]
    public void A_stream_that_was_stopped_inside_a_frame_keeps_the_frames_before()
    {
        var file = Wave("RIFF", 0, Chunk("fmt ", 16, Format), Chunk("data", 0xFFFFFFFF, [.. Two, 7]));
        Assert.Contains("ends inside a frame", WarningsOf.Run(() => Assert.Equal([0.5f, -0.5f], Wav.Decode(file).Samples)));
    }

    [Fact]
    public void A_size_of_0_is_right_before_another_chunk() => Assert.Empty(
        Wav.Decode(Wave("RIFF", 0, Chunk("fmt ", 16, Format), Chunk("data", 0), Chunk("LIST", 4, 1, 2, 3, 4))).Samples);

    // cases: wav/rf64.wav
    [Theory]
    [InlineData("RF64", 4UL, 0xFFFFFFFF)]
    [InlineData("BW64", 4UL, 0xFFFFFFFF)]
    [InlineData("RF64", 0UL, 0xFFFFFFFF)]
    [InlineData("RF64", ulong.MaxValue, 0xFFFFFFFF)]
    [InlineData("RF64", 99UL, 4)]
    public void The_size_is_taken_from_ds64_where_it_has_one(string head, ulong size, uint data) => Assert.Equal([0.5f, -0.5f],
        Wav.Decode(Wave(head, 0xFFFFFFFF, Ds64(size), Chunk("fmt ", 16, Format), Chunk("data", data, Two))).Samples);

    [Theory]
    [InlineData(6UL)]
    [InlineData(1UL << 40)]
    [InlineData(1UL << 63)]
    public void A_ds64_that_claims_more_than_there_is_is_refused_without_making_room(ulong size)
    {
        var file = Wave("RF64", 0xFFFFFFFF, Ds64(size), Chunk("fmt ", 16, Format), Chunk("data", 0xFFFFFFFF, Two));
        var error = Assert.Throws<InvalidDataException>(() => Wav.Decode(file));
        Assert.Contains($"has {size} bytes, but only 4 follow: the file is cut off", error.Message);
    }

    [Fact]
    public void A_size_that_leaves_sound_out_is_told()
    {
        var file = Wave("RIFF", 0, Chunk("fmt ", 16, Format), Chunk("data", 4, [.. Two, .. new byte[40]]));
        Assert.Contains("40 bytes follow its data", WarningsOf.Run(() => Wav.Decode(file)));
    }

    [Fact]
    public void Chunks_are_found_in_any_order_and_also_without_the_byte_after_an_odd_one()
    {
        Assert.Equal([0.5f, -0.5f],
            Wav.Decode(Wave("RIFF", 0, Chunk("data", 4, Two), Chunk("fmt ", 16, Format))).Samples);
        Assert.Equal([0.5f, -0.5f], Wav.Decode(
            Wave("RIFF", 0, Chunk("LIST", 3, 1, 2, 3), Chunk("fmt ", 16, Format), Chunk("data", 4, Two))).Samples);
        Assert.Equal([0.5f, -0.5f], Wav.Decode(
            Wave("RIFF", 0, Chunk("LIST", 3, 1, 2, 3, 0), Chunk("fmt ", 16, Format), Chunk("data", 4, Two))).Samples);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(999u)]
    [InlineData(1_000_001u)]
    [InlineData(4_000_000_000u)]
    public void Rates_that_cannot_be_resampled_are_refused(uint rate)
    {
        var format = (byte[])Format.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(4), rate);
        var error = Assert.Throws<InvalidDataException>(
            () => Wav.Decode(Wave("RIFF", 0, Chunk("fmt ", 16, format), Chunk("data", 4, Two)), "a.wav"));
        Assert.Equal($"a.wav: its sample rate is {rate} Hz, expected 1000 to 1000000 Hz.", error.Message);
    }

    [Fact]
    public void A_waveform_has_a_rate() =>
        Assert.Contains("above 0 Hz, but is 0 Hz", Assert.Throws<ArgumentException>(() => new Waveform([], 0)).Message);

    // cases: wav/stereo_left_silent.wav
    [Fact]
    public void A_silent_first_channel_and_a_silent_file_are_told()
    {
        byte[] stereo = [1, 0, 2, 0, 0x40, 0x1F, 0, 0, 0, 0x7D, 0, 0, 4, 0, 16, 0];
        byte[] Of(params byte[] data) => Wave("RIFF", 0, Chunk("fmt ", 16, stereo), Chunk("data", (uint)data.Length, data));
        Assert.Contains("of its 2 channels only the first is read, and that is silent; channel 2 is not",
            WarningsOf.Run(() => Assert.Equal(2, Wav.Decode(Of(0, 0, 0, 0x40, 1, 0, 0, 0xC0)).FileChannels)));
        Assert.Equal($"warning: a.wav is silent.{Environment.NewLine}", WarningsOf.Run(() => Wav.Decode(Of(0, 0, 0, 0, 0, 0, 0, 0), "a.wav")));
        Assert.Empty(WarningsOf.Run(() => Wav.Decode(Of(0, 0x40, 0, 0, 0, 0xC0, 0, 0))));
    }

    // cases: wav/float16bitscale.wav
    [Theory]
    [InlineData(-20000f, "reach 20000, but full scale is 1: they seem to be on the scale of 16 bits")]
    [InlineData(8388607f, "scale of 24 bits")]
    [InlineData(1.5f, "reach 1.5, but full scale is 1: what is beyond will be clipped")]
    [InlineData(-1f, "")]
    public void Floats_beyond_full_scale_are_told(float sample, string expected)
    {
        byte[] format = [3, 0, 1, 0, 0x40, 0x1F, 0, 0, 0, 0x7D, 0, 0, 4, 0, 32, 0];
        var file = Wave("RIFF", 0, Chunk("fmt ", 16, format), Chunk("data", 8, [0, 0, 0, 0, .. BitConverter.GetBytes(sample)]));
        var told = WarningsOf.Run(() => Assert.Equal(sample, Wav.Decode(file).Samples[1]));
        if (expected.Length == 0) Assert.Empty(told);
        else Assert.Contains(expected, told);
    }
}
