using Tango2.Audio;

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
    public AudioPlayer(float[] samples, int sampleRate, string title = "") : this(new(samples, sampleRate), title) { }

    /// <summary>A player of a waveform.</summary>
    /// <param name="waveform">Clipped to [−1, 1].</param>
    /// <param name="title">Shown above the player; may be empty.</param>
    public AudioPlayer(Waveform waveform, string title = "")
    {
        ArgumentNullException.ThrowIfNull(waveform);
        (_title, _seconds) = (title, waveform.Seconds);
        DataUri = "data:audio/wav;base64," + Convert.ToBase64String(Wav.Encode(waveform));
    }

    /// <summary>The sound as a data URI, for pages made by hand.</summary>
    public string DataUri { get; }

    /// <inheritdoc/>
    public override string ToHtml() => ToHtml("");

    internal override string ToHtml(string caption)
    {
        var name = _title.Length > 0 ? _title : caption.Length > 0 ? caption : FormattableString.Invariant($"{_seconds:0.##} s");
        var title = _title.Length == 0 ? "" : $"<div>{Escaped(_title)}</div>";
        return $"""<div>{title}<audio controls aria-label="Sound: {Escaped(name)}" preload="metadata" style="height:36px;max-width:320px" src="{DataUri}"></audio></div>""";
    }

    /// <inheritdoc/>
    public override string ToString() => $"Sound: {_title} ({_seconds:f2} s)";
}
