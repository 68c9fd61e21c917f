namespace Tango2.Display;

/// <summary>Something to hear: a player with the sound inside it, 16-bit WAV.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class AudioPlayer : Shown
{
    private readonly string _title;
    private readonly double _seconds;

    /// <summary>A player of one channel.</summary>
    /// <param name="samples">[N], clipped to [−1, 1].</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="title">Shown above the player; may be empty.</param>
    public AudioPlayer(float[] samples, int sampleRate, string title = "")
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        (_title, _seconds) = (title, (double)samples.Length / sampleRate);
        DataUri = "data:audio/wav;base64," + Convert.ToBase64String(Encode(samples, sampleRate));
    }

    /// <summary>The sound as a data URI, for pages made by hand.</summary>
    public string DataUri { get; }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var title = _title.Length == 0 ? "" : $"<div>{Escaped(_title)}</div>";
        return $"""<div>{title}<audio controls preload="metadata" style="height:36px;max-width:320px" src="{DataUri}"></audio></div>""";
    }

    /// <inheritdoc/>
    public override string ToString() => $"Sound: {_title} ({_seconds:f2} s)";

    private static byte[] Encode(float[] samples, int sampleRate)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("RIFF"u8);
        writer.Write(36 + 2 * samples.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1); // PCM
        writer.Write((short)1); // one channel
        writer.Write(sampleRate);
        writer.Write(2 * sampleRate);
        writer.Write((short)2); // bytes per frame
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (var sample in samples) writer.Write((short)Math.Round(32767 * Math.Clamp(sample, -1f, 1f)));
        return bytes.ToArray();
    }
}
