using System.Buffers.Binary;
using Tango2.Audio;

namespace Tango2.Tests.Audio;

public class WavTests
{
    [Fact]
    public void Sixteen_bits_come_back_exactly()
    {
        var samples = Enumerable.Range(-32768, 65536).Select(i => i / 32768f).ToArray();
        var path = Path.GetTempFileName();
        Wav.Write(path, new(samples, 16_000));
        var read = Sound.Read(path);
        File.Delete(path);
        Assert.Equal(16_000, read.SampleRate);
        Assert.Equal(samples, read.Samples);
        Assert.Equal(4.096, read.Seconds);
    }

    [Fact]
    public void Plus_one_does_not_wrap()
    {
        var read = Wav.Decode(Wav.Encode(new([1, 7, -1, -7, float.PositiveInfinity], 8000)));
        Assert.Equal([32767 / 32768f, 32767 / 32768f, -1, -1, 32767 / 32768f], read.Samples);
    }

    [Theory]
    [InlineData(1, 8, new byte[] { 0x80, 0x00, 0xC0, 0xFF })]
    [InlineData(1, 16, new byte[] { 0, 0, 0, 0x80, 0, 0x40, 0, 0x7F })]
    [InlineData(1, 24, new byte[] { 0, 0, 0, 0, 0, 0x80, 0, 0, 0x40, 0, 0, 0x7F })]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 0, 0, 0x7F })]
    [InlineData(3, 32, new byte[] { 0, 0, 0, 0, 0, 0, 0x80, 0xBF, 0, 0, 0, 0x3F, 0, 0, 0x7E, 0x3F })]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0xBF,
        0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0xC0, 0xEF, 0x3F })]
    public void Every_sample_type_is_read(int tag, int bits, byte[] data)
    {
        foreach (var extensible in (bool[])[false, true])
        {
            var samples = Wav.Decode(MakeFile(tag, bits, 1, data, extensible)).Samples;
            Assert.Equal(0, samples[0]);
            Assert.Equal(-1, samples[1]);
            Assert.Equal(0.5f, samples[2]);
            Assert.Equal(127 / 128f, samples[3]);
        }
    }

    [Fact]
    public void The_first_channel_is_kept() =>
        Assert.Equal([0, 0.5f], Wav.Decode(MakeFile(1, 8, 3, [128, 1, 2, 192, 3, 4])).Samples);

    [Fact]
    public void Other_chunks_are_passed_over()
    {
        var file = MakeFile(1, 8, 1, [128, 192]);
        byte[] withChunk = [.. file[..12], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. file[12..], .. "tail"u8];
        Assert.Equal([0, 0.5f], Wav.Decode(withChunk).Samples);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var file = Wav.Encode(new([0.1f, 0.2f, 0.3f], 8000));
        for (var length = 0; length < file.Length; length++)
            Assert.StartsWith("WAV data: ", Assert.Throws<InvalidDataException>(() => Wav.Decode(file[..length])).Message);
    }

    [Fact]
    public void Messages_say_what_is_wrong()
    {
        Assert.Contains("expected a RIFF/WAVE file", Message("OggS and so on"u8.ToArray()));
        Assert.Contains("the file is cut off", Message(MakeFile(1, 16, 1, [0, 0, 0])));
        Assert.Contains("format 2 with 4 bits", Message(MakeFile(2, 4, 1, [0, 0, 0, 0])));
        Assert.Contains("contradicts itself: 0 channels", Message(MakeFile(1, 16, 0, [])));
        Assert.Contains("sample 1 is NaN", Message(MakeFile(3, 32, 1, [0, 0, 0, 0, 0, 0, 0xC0, 0x7F])));
        Assert.Contains("before its fmt chunk", Message([.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEdata"u8, 0, 0, 0, 0]));
        Assert.Contains("Sample 1 is NaN", Assert.Throws<ArgumentException>(() => Wav.Encode(new([0, float.NaN], 8000))).Message);
    }

    private static string Message(byte[] file) => Assert.Throws<InvalidDataException>(() => Wav.Decode(file)).Message;

    private static byte[] MakeFile(int tag, int bits, int channels, byte[] data, bool extensible = false)
    {
        var format = new byte[extensible ? 40 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)(extensible ? 0xFFFE : tag));
        format[2] = (byte)channels;
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), 8000);
        format[12] = (byte)(channels * bits / 8);
        format[14] = (byte)bits;
        if (extensible) format[24] = (byte)tag;
        return [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8, (byte)format.Length, 0, 0, 0, .. format,
            .. "data"u8, (byte)data.Length, 0, 0, 0, .. data];
    }
}
