namespace Tango2.Audio;

/// <summary>A kind of sound file, told by its first bytes.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Decode">Reads a whole file of this kind.</param>
internal sealed record SoundKind(string Name, Func<byte[], ChannelMixer, Waveform> Decode)
{
    // What ffmpeg reads, each by the one reader that is named here: it never guesses, so that no list of other files or of
    // addresses is taken for sound.
    private static readonly (byte[] Magic, int At, string Name, string Demuxer)[] OfFfmpeg =
    [
        ([.. "fLaC"u8], 0, "FLAC", "flac"),
        ([.. "OggS"u8], 0, "Ogg without Vorbis", "ogg"),
        ([.. "ftyp"u8], 4, "MPEG-4", "mov"),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, "Matroska or WebM", "matroska"),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], 0, "Windows Media", "asf"),
        ([.. "riff"u8, 0x2E, 0x91, 0xCF, 0x11], 0, "Wave64", "w64"),
        ([.. "FORM"u8], 0, "AIFF-C", "aiff"),
        ([.. "caff"u8], 0, "CAF", "caf"),
        ([.. ".snd"u8], 0, "AU", "au"),
        ([.. "wvpk"u8], 0, "WavPack", "wv"),
        ([.. "MAC "u8], 0, "Monkey's Audio", "ape"),
        ([.. "TTA1"u8], 0, "True Audio", "tta"),
        ([.. "#!AMR"u8], 0, "AMR", "amr"),
        ([0x0B, 0x77], 0, "AC-3", "ac3"),
    ];

    /// <summary>The kind of a file, or null.</summary>
    public static SoundKind? Of(ReadOnlySpan<byte> bytes)
    {
        if (WavChunks.IsWave(bytes)) return new("WAV", Wav.DecodeAny);
        if (Aiff.Is(bytes)) return new("AIFF", Aiff.Decode);
        if (Vorbis.Is(bytes)) return new("Ogg Vorbis", Vorbis.Decode);
        var sound = bytes[Mp3.TagLength(bytes)..];
        foreach (var (magic, at, name, demuxer) in OfFfmpeg)
        {
            if (sound.Length >= at + magic.Length && sound.Slice(at, magic.Length).SequenceEqual(magic))
                return ByFfmpeg(name, demuxer);
        }
        if (Mp3.IsAdts(sound)) return ByFfmpeg("AAC", "aac");
        if (Mp3.IsFrame(sound) || sound.Length < bytes.Length) return new("MP3", Mp3.Decode);
        return null;
    }

    /// <summary>A kind that ffmpeg decodes.</summary>
    public static SoundKind ByFfmpeg(string name, string demuxer) =>
        new(name, (bytes, mixer) => Ffmpeg.Decode(bytes, name, demuxer, mixer));
}
