namespace Tango2.Audio;

/// <summary>Reads sound files.</summary>
/// <remarks>
/// WAV and AIFF are decoded by NAudio, MP3 by NLayer, Ogg Vorbis by NVorbis, and the other kinds by the program ffmpeg where
/// it is installed. NAudio reads cut-off files, sizes that lie and NaN without a word; these are found before and after it.
/// </remarks>
public static class Sound
{
    /// <summary>Reads a file as one channel. Its kind is told by its content; its name does not matter.</summary>
    /// <remarks>
    /// Warns of silence, of a silent first channel beside one that sounds, and of float samples beyond [−1, 1], which stay
    /// as they are. WAV files without a size, as they are written to pipes, are read to their end.
    /// </remarks>
    /// <param name="path">The file: WAV, AIFF, MP3 or Ogg Vorbis; with ffmpeg FLAC, Opus, M4A and others too.</param>
    /// <param name="channels">How one channel is made of several.</param>
    /// <exception cref="InvalidDataException">
    /// The file is of no known kind, is cut off or damaged, holds NaN or infinity, its rate is not one that can be
    /// resampled, or it needs ffmpeg and there is none.
    /// </exception>
    public static Waveform Read(string path, ChannelMix channels = ChannelMix.First)
    {
        if (new FileInfo(path) is { Exists: true } file && file.Length > Array.MaxLength)
            throw Wav.Bad(path, $"it has {file.Length} bytes, expected at most {Array.MaxLength}: cut it into parts");
        return Decode(File.ReadAllBytes(path), path, channels);
    }

    /// <summary>Reads a file held in memory as one channel.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="channels">How one channel is made of several.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Waveform Decode(byte[] bytes, string name = "The sound", ChannelMix channels = ChannelMix.First) =>
        Decode(bytes, new ChannelMixer(name, channels));

    /// <summary>Reads a file held in memory, as a mixer says.</summary>
    internal static Waveform Decode(byte[] bytes, ChannelMixer mixer)
    {
        var name = mixer.Name;
        var kind = SoundKind.Of(bytes) ?? throw Wav.Bad(name,
            "expected a sound file such as WAV, AIFF, MP3, Ogg or FLAC, found " + (bytes.Length == 0 ? "no bytes" : "other bytes") + "; convert it to WAV first, for example with ffmpeg");
        try
        {
            return kind.Decode(bytes, mixer);
        }
        catch (Exception error)
            when (error is not OutOfMemoryException && !error.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: it cannot be decoded as {kind.Name}: {error.Message}", error);
        }
    }
}
