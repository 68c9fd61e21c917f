using System.Buffers.Binary;
using FFMpegCore;
using FFMpegCore.Enums;
using FFMpegCore.Exceptions;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>Decodes by the program ffmpeg, where it is installed.</summary>
internal static class Ffmpeg
{
    private const string Input = "sound", Output = "decoded.wav";

    /// <summary>Decodes a file of a kind that <paramref name="demuxer"/> names in ffmpeg's words.</summary>
    /// <remarks>
    /// ffmpeg works in a folder of its own, on a copy with a name of ours, and may open nothing else: neither a file's name
    /// nor its content can become an argument. A file of which it says that something is wrong is refused.
    /// </remarks>
    public static Waveform Decode(byte[] bytes, string kind, string demuxer, ChannelMixer mixer)
    {
        CheckLength(bytes, demuxer, mixer);
        var program = Programs.Find("ffmpeg") ?? throw mixer.Bad(
            $"it is {kind}, which the program ffmpeg decodes, and no folder of PATH holds ffmpeg: install it " +
            "(on Debian: apt-get install ffmpeg), or convert the file to WAV");
        var folder = Directory.CreateTempSubdirectory("tango2-sound-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, Input), bytes);
            Run(program, folder.FullName, kind, demuxer, mixer);
            var decoded = new FileInfo(Path.Combine(folder.FullName, Output));
            if (decoded.Length > Array.MaxLength)
                throw mixer.Bad($"decoded it has {decoded.Length} bytes, expected at most {Array.MaxLength}: cut it into parts");
            var waveform = Wav.Decode(File.ReadAllBytes(decoded.FullName), mixer, loudest: 2);
            CheckSamples(bytes, demuxer, waveform, mixer);
            return waveform;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string program, string folder, string kind, string demuxer, ChannelMixer mixer)
    {
        var said = new List<string>();
        try
        {
            FFMpegArguments
                .FromFileInput(Input, verifyExists: false, options => options
                    .WithCustomArgument($"-nostdin -protocol_whitelist file -f {demuxer}"))
                .OutputToFile(Output, overwrite: true, options => options
                    .WithCustomArgument($"-map 0:a:0 -c:a pcm_f32le -f wav -fs {int.MaxValue}")) // more is refused above
                .WithLogLevel(FFMpegLogLevel.Error)
                .NotifyOnStandardError(line => { lock (said) said.Add(line); })
                .Configure(options =>
                    (options.WorkingDirectory, options.BinaryFolder) = (folder, Path.GetDirectoryName(program)!))
                .ProcessSynchronously();
        }
        catch (FFMpegException error)
        {
            if (said.Count == 0) said.Add(error.Message);
        }
        if (said.Find(line => !string.IsNullOrWhiteSpace(line)) is { } first)
            throw mixer.Bad($"it is {kind}, cut off or damaged, or without sound; ffmpeg says: {first.Trim().TrimEnd('.')}");
    }

    // What ffmpeg reads without a word although it is cut off.
    private static void CheckLength(ReadOnlySpan<byte> bytes, string demuxer, ChannelMixer mixer)
    {
        switch (demuxer)
        {
            case "wav":
                WavChunks.Find(bytes, mixer.Name);
                break;
            case "aiff":
                Aiff.CheckChunks(bytes, mixer);
                break;
            case "ogg":
                Vorbis.CheckPages(bytes, mixer);
                break;
            case "caf":
                CheckCaf(bytes, mixer);
                break;
            case "au" when bytes.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) is var size and not uint.MaxValue:
                CheckSaid((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) + size, bytes.Length, mixer);
                break;
            case "w64" when bytes.Length >= 24:
                CheckSaid(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), bytes.Length, mixer);
                break;
        }
    }

    private static void CheckSaid(ulong said, int length, ChannelMixer mixer)
    {
        if (said > (ulong)length) throw mixer.Bad($"it says that it has {said} bytes, but has {length}: the file is cut off");
    }

    // Chunks of a name of 4 bytes and a size of 8; the data's may be −1, to the end.
    private static void CheckCaf(ReadOnlySpan<byte> bytes, ChannelMixer mixer)
    {
        for (var at = 8; at + 12 <= bytes.Length;)
        {
            var size = BinaryPrimitives.ReadUInt64BigEndian(bytes[(at + 4)..]);
            if (size == ulong.MaxValue) return;
            CheckSaid(Math.Min(size, long.MaxValue) + (ulong)at + 12, bytes.Length, mixer);
            at += 12 + (int)size;
        }
    }

    // STREAMINFO tells in 36 bits how many samples there are, 0 where the encoder did not know.
    private static void CheckSamples(ReadOnlySpan<byte> bytes, string demuxer, Waveform waveform, ChannelMixer mixer)
    {
        if (demuxer != "flac" || bytes.Length < 26 || !bytes.StartsWith("fLaC"u8)) return;
        var said = (long)(bytes[21] & 15) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[22..]);
        if (said > waveform.Samples.Length)
            throw mixer.Bad($"it says that it has {said} samples, but has {waveform.Samples.Length}: the file is cut off");
    }
}
